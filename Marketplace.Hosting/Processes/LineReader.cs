using System.Text;

namespace Marketplace.Hosting.Processes;

/// <summary>Splits a process's output into lines, and a line that never ends into pieces, so that memory stays bounded.</summary>
internal static class LineReader
{
    /// <summary>In characters.</summary>
    public const int LongestLine = 32 * 1024;

    public static IEnumerable<string> ReadLines(TextReader reader)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        int read;
        while ((read = reader.Read(buffer, 0, buffer.Length)) > 0)
        {
            var start = 0;
            while (start < read)
            {
                var end = Array.IndexOf(buffer, '\n', start, read - start);
                line.Append(buffer, start, (end < 0 ? read : end) - start);
                start = end < 0 ? read : end + 1;
                if (end >= 0 || line.Length >= LongestLine)
                {
                    yield return Take(line);
                }
            }
        }

        if (line.Length > 0)
        {
            yield return Take(line);
        }
    }

    private static string Take(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        return text;
    }
}
