using Marketplace.Hosting.ApplicationModel;
using Spectre.Console;

namespace Marketplace.Hosting.Running.Terminal;

/// <summary>The table of resources shown while they start.</summary>
internal sealed class LiveTable
{
    /// <summary>What the table's columns have between them, in characters, and a little more.</summary>
    private const int Gaps = 8;

    /// <summary>An address is not cut shorter than this, in characters, however narrow the terminal is.</summary>
    private const int LeastDetail = 20;

    private const int LongestTitle = 8;

    private readonly Dictionary<string, (IResource Resource, ResourceLine Line)> _rows = [];
    private readonly List<string> _order = [];

    public void Set(ResourceEvent change, ResourceLine line)
    {
        if (change.Resource.IsValue() && !line.IsProblem)
        {
            return;
        }

        if (_rows.TryAdd(change.ResourceId, (change.Resource, line)))
        {
            _order.Add(change.ResourceId);
        }

        _rows[change.ResourceId] = (change.Resource, line);
    }

    /// <summary>The table for a terminal of so many characters a line. What is said of a resource is cut, not its name: a row is a line.</summary>
    public Table Render(int width)
    {
        var rows = _order.ConvertAll(id => (Id: id, Kind: ResourceKinds.KindOf(_rows[id].Resource), _rows[id].Line));
        var room = Math.Max(LeastDetail, width - Gaps - Longest(row => row.Id) - Longest(row => row.Kind) - Longest(row => row.Line.Condition));
        var table = new Table().Border(TableBorder.None)
            .AddColumn("[bold]Resource[/]", column => column.NoWrap())
            .AddColumn("[bold]Kind[/]", column => column.NoWrap())
            .AddColumn("[bold]State[/]", column => column.NoWrap())
            .AddColumn("[bold]Address[/]");
        foreach (var (id, kind, line) in rows)
        {
            table.AddRow(
                new Text(id),
                new Text(kind, new Style(decoration: Decoration.Dim)),
                new Text(line.Condition, new Style(ColorOf(line))),
                new Text(Cut(line.Detail, room), new Style(decoration: line.IsProblem ? Decoration.None : Decoration.Dim)));
        }

        return table;

        int Longest(Func<(string Id, string Kind, ResourceLine Line), string> cell) => rows.Count == 0 ? 0 : rows.Max(row => Math.Max(cell(row).Length, LongestTitle));
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");

    private static Color ColorOf(ResourceLine line) => line.Condition switch
    {
        "Healthy" or "Finished" => Color.Green,
        "Exited" or "Unhealthy" or "FailedToStart" => Color.Red,
        "RuntimeUnhealthy" or "Degraded" => Color.Yellow,
        "NotStarted" => Color.Grey,
        _ => Color.Blue,
    };
}
