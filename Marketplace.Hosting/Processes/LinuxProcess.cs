using System.Globalization;

namespace Marketplace.Hosting.Processes;

/// <summary>What /proc says of processes (proc(5)): nothing of one that is gone meanwhile or another user's.</summary>
internal static class LinuxProcess
{
    public static IEnumerable<int> AllIds() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0
        select id;

    /// <summary>The program and its arguments.</summary>
    public static string[] CommandOf(int id) => Read<string>(() => File.ReadAllText($"/proc/{id}/cmdline").Split('\0'));

    /// <summary>What it has open; a socket as <c>socket:[inode]</c>.</summary>
    public static string?[] OpenFilesOf(int id) => Read<string?>(() => [.. Directory.EnumerateFiles($"/proc/{id}/fd").Select(LinkTarget)]);

    /// <summary>The folder it works in.</summary>
    public static string? FolderOf(int id) => Read<string?>(() => [LinkTarget($"/proc/{id}/cwd")]).FirstOrDefault();

    private static string? LinkTarget(string file) => new FileInfo(file).LinkTarget;

    private static T[] Read<T>(Func<T[]> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
