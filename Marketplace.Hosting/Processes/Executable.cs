namespace Marketplace.Hosting.Processes;

/// <summary>Finds programs the way a shell does.</summary>
internal static class Executable
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] Extensions = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];

    /// <summary>The full path of a program on PATH; null when there is none that may be executed.</summary>
    public static string? Find(string fileName) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => InFolder(folder, fileName))
            .FirstOrDefault(found => found is not null);

    /// <summary>The full path of a program in one folder; null when it is not there or may not be executed.</summary>
    public static string? InFolder(string folder, string fileName) =>
        Extensions.Select(extension => Path.GetFullPath(Path.Combine(folder, fileName + extension)))
            .FirstOrDefault(file => File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & AnyExecute) != 0));
}
