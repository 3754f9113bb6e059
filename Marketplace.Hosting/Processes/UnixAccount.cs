using CliWrap;

namespace Marketplace.Hosting.Processes;

/// <summary>Who runs this, and what another account can get at.</summary>
internal static class UnixAccount
{
    public static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>
    /// The first folder on the way to a path that an account without rights of its own cannot pass; null when the way
    /// is free. Folders that do not exist yet are no obstacle.
    /// </summary>
    public static string? ObstacleFor(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var obstacle = (string?)null;
        for (var folder = Path.GetFullPath(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == 0)
            {
                obstacle = folder;
            }
        }

        return obstacle;
    }

    public static async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) =>
        (await Cli.Wrap("id").WithArguments(["-u", name]).RunAsync(cancellationToken)).IsSuccess;

    /// <summary>Gives a folder or file to another account.</summary>
    public static async Task GiveAsync(string path, string owner, CancellationToken cancellationToken)
    {
        var result = await Cli.Wrap("chown").WithArguments(["-R", owner, path]).RunAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new IOException($"'{path}' could not be given to '{owner}': {result.LastLines()}");
        }
    }
}
