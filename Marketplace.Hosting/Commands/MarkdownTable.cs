using System.Text;

namespace Marketplace.Hosting.Commands;

/// <summary>A table in Markdown, as the dashboard and the command line show it.</summary>
internal static class MarkdownTable
{
    /// <param name="columns">The headings.</param>
    /// <param name="rows">The cells of each row, in the order of the headings.</param>
    /// <param name="none">What stands in the place of a table without rows.</param>
    public static string Write(string[] columns, IEnumerable<IReadOnlyList<string?>> rows, string none)
    {
        var table = new StringBuilder();
        AppendRow(table, columns);
        AppendRow(table, [.. columns.Select(_ => "---")], escape: false);
        var head = table.Length;
        foreach (var row in rows)
        {
            AppendRow(table, row);
        }

        return table.Length > head ? table.ToString() : none;
    }

    private static void AppendRow(StringBuilder table, IReadOnlyList<string?> cells, bool escape = true)
    {
        foreach (var cell in cells)
        {
            table.Append("| ");
            foreach (var character in cell ?? "")
            {
                if (escape && "\\`*_<>[]|~".Contains(character, StringComparison.Ordinal))
                {
                    table.Append('\\');
                }

                table.Append(char.IsControl(character) ? ' ' : character);
            }

            table.Append(' ');
        }

        table.Append("|\n");
    }
}
