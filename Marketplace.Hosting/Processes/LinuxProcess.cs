using System.Globalization;

namespace Marketplace.Hosting.Processes;

/// <summary>What /proc/PID/stat says (proc(5)).</summary>
internal readonly record struct LinuxProcess(int Id, string Name, char State, int SessionId, long StartTicks)
{
    public static IEnumerable<int> AllIds() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0
        select id;

    public static LinuxProcess? Read(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name stands in parentheses and may itself hold blanks and parentheses.
        int open = stat.IndexOf('('), close = stat.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return null;
        }

        var fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new LinuxProcess(
            id,
            stat[(open + 1)..close],
            fields[0][0],
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether this process was started with the given entry (<c>NAME=value</c>) in its environment.</summary>
    public static bool HasEnvironment(int id, string entry) => List(id, "environ").Contains(entry, StringComparer.Ordinal);

    /// <summary>The program and its arguments; none when it is gone meanwhile or another user's.</summary>
    public static string[] CommandOf(int id) => List(id, "cmdline");

    private static string[] List(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}").Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // gone meanwhile, or another user's: neither is ours
        }
    }
}
