using System.Text.RegularExpressions;

namespace Marketplace.Hosting.Commands;

/// <summary>A table in Markdown, as the dashboard and the command line show it.</summary>
internal static partial class MarkdownTable
{
    /// <param name="columns">The headings.</param>
    /// <param name="rows">The cells of each row, in the order of the headings.</param>
    /// <param name="none">What stands in the place of a table without rows.</param>
    public static string Write(string[] columns, IEnumerable<IReadOnlyList<string?>> rows, string none)
    {
        string[] lines = [.. rows.Select(row => Line(row.Select(Escaped)))];
        return lines.Length > 0 ? string.Concat([Line(columns.Select(Escaped)), Line(columns.Select(_ => "---")), .. lines]) : none;
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Escaped(string? cell) => Special.Replace(cell ?? "", special => char.IsControl(special.Value[0]) ? " " : $"\\{special.Value}");

    [GeneratedRegex(@"[\\`*_<>\[\]|~]|\p{Cc}")]
    private static partial Regex Special { get; }
}
