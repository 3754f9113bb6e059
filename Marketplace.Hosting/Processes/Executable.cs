namespace Marketplace.Hosting.Processes;

/// <summary>Finds programs the way a shell does.</summary>
internal static class Executable
{
    private static readonly string[] Extensions = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];

    /// <summary>The full path of a program named or pathed; null when there is none that may be executed.</summary>
    public static string? Find(string fileName, string? workingDirectory = null)
    {
        if (fileName.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || fileName.Contains(Path.AltDirectorySeparatorChar, StringComparison.Ordinal))
        {
            return InFolder(Path.GetFullPath(workingDirectory ?? "."), fileName);
        }

        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => InFolder(folder, fileName))
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>The full path of a program in one folder; null when it is not there or may not be executed.</summary>
    public static string? InFolder(string folder, string fileName) =>
        Extensions.Prepend("")
            .Select(extension => Path.GetFullPath(fileName + extension, folder.Length == 0 ? "/" : Path.GetFullPath(folder)))
            .FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string file)
    {
        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(file) && (OperatingSystem.IsWindows()
            ? Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
            : (File.GetUnixFileMode(file) & AnyExecute) != 0);
    }
}
