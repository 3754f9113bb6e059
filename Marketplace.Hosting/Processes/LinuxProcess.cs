using System.Globalization;

namespace Marketplace.Hosting.Processes;

/// <summary>What /proc says of processes (proc(5)).</summary>
internal static class LinuxProcess
{
    public static IEnumerable<int> AllIds() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0
        select id;

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
