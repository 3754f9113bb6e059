using Marketplace.Hosting.ApplicationModel;
using Spectre.Console;

namespace Marketplace.Hosting.Running.Terminal;

/// <summary>The table of resources shown while they start.</summary>
internal sealed class LiveTable
{
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

    public Table Render()
    {
        var table = new Table().Border(TableBorder.None).AddColumns("[bold]Resource[/]", "[bold]Kind[/]", "[bold]State[/]")
            .AddColumn("[bold]Address[/]", address => address.NoWrap());
        foreach (var id in _order)
        {
            var (resource, line) = _rows[id];
            table.AddRow(
                new Text(id),
                new Text(ResourceKinds.KindOf(resource), new Style(decoration: Decoration.Dim)),
                new Text(line.Condition, new Style(ColorOf(line))),
                new Text(line.Detail, new Style(decoration: line.IsProblem ? Decoration.None : Decoration.Dim)) { Overflow = Overflow.Ellipsis });
        }

        return table;
    }

    private static Color ColorOf(ResourceLine line) => line.Condition switch
    {
        "Healthy" or "Finished" => Color.Green,
        "Exited" or "Unhealthy" or "FailedToStart" => Color.Red,
        "RuntimeUnhealthy" or "Degraded" => Color.Yellow,
        "NotStarted" => Color.Grey,
        _ => Color.Blue,
    };
}
