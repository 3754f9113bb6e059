using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Servers;

/// <summary>Programs fetched once for this user and shared by every checkout.</summary>
internal static class ToolCache
{
    private const string Unfinished = ".unfinished-";

    /// <summary>
    /// <c>$XDG_CACHE_HOME/marketplace</c>, <c>~/.cache/marketplace</c>, <c>~/Library/Caches/marketplace</c> or
    /// <c>%LocalAppData%\marketplace</c>. Root's own folder is closed to the account that Postgres runs as: then
    /// <c>/var/cache/marketplace</c>.
    /// </summary>
    public static string DefaultFolder
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
                : Path.Combine(home, ".cache");
            return UnixAccount.IsRoot && UnixAccount.ObstacleFor(caches) is not null
                ? "/var/cache/marketplace"
                : Path.Combine(caches, "marketplace");
        }
    }

    /// <summary>
    /// The folder of a program, fetched when it is not there. It gets its name only when complete: an interrupted fetch
    /// never counts, and of two at once the first to finish wins.
    /// </summary>
    /// <param name="cacheFolder">See <see cref="DefaultFolder"/>.</param>
    /// <param name="name">Program and version.</param>
    /// <param name="fetchAsync">Fills the folder it is given.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    public static async Task<string> GetOrFetchAsync(
        string cacheFolder, string name, Func<string, CancellationToken, Task> fetchAsync, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(cacheFolder, name);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        Directory.CreateDirectory(cacheFolder);
        RemoveAbandoned(cacheFolder);
        var unfinished = Path.Combine(cacheFolder, $"{Unfinished}{name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(unfinished);
        try
        {
            await fetchAsync(unfinished, cancellationToken);
            try
            {
                Directory.Move(unfinished, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // Another process was faster.
            }
        }
        finally
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }
        }

        return folder;
    }

    /// <summary>What a killed process left; another that is still fetching is younger.</summary>
    private static void RemoveAbandoned(string cacheFolder)
    {
        foreach (var folder in Directory.EnumerateDirectories(cacheFolder, Unfinished + "*"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > TimeSpan.FromDays(1))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
