using System.Globalization;
using CliWrap;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Servers.Postgres;

/// <summary>A folder with Postgres' server programs.</summary>
internal sealed record PostgresInstallation(string BinFolder)
{
    /// <summary>The oldest release whose configuration is written here.</summary>
    public const int OldestMajor = 13;

    public string Postgres => Program("postgres");

    public string Initdb => Program("initdb");

    /// <summary>Those on this machine, the likeliest first: PATH, then the usual places, newest first.</summary>
    public static IReadOnlyList<PostgresInstallation> FindInstalled()
    {
        var folders = new List<string>();
        if (Executable.Find("postgres") is { } onPath)
        {
            folders.Add(Path.GetDirectoryName(File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath)!);
        }

        folders.AddRange(
            from place in UsualPlaces()
            where Directory.Exists(place.Parent)
            from folder in Directory.EnumerateDirectories(place.Parent, place.Pattern).OrderByDescending(folder => MajorOf(string.Concat(Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)))))
            select Path.Combine(folder, place.Bin));
        return [.. folders.Distinct().Where(IsServer).Select(folder => new PostgresInstallation(folder))];
    }

    /// <summary>As <c>postgres --version</c> says: <c>15.14</c>, <c>18beta1</c>.</summary>
    public async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
        var result = await Cli.Wrap(Postgres).WithArguments("--version").RunAsync(cancellationToken);
        var words = result.StandardOutput.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return result.IsSuccess && words.Length >= 3
            ? words[2]
            : throw new ServerSetupException($"Postgres: '{Postgres} --version' failed ({result.LastLines()}).");
    }

    /// <summary>The number before the first thing that is no digit.</summary>
    public static int MajorOf(string version) =>
        int.TryParse(string.Concat(version.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out var major) ? major : 0;

    public static bool IsServer(string binFolder) =>
        Executable.InFolder(binFolder, "postgres") is not null && Executable.InFolder(binFolder, "initdb") is not null;

    private string Program(string name) =>
        Executable.InFolder(BinFolder, name) ?? throw new ServerSetupException($"Postgres: '{BinFolder}' holds no '{name}'.");

    /// <summary>Folders with installations; of several in one folder the newest comes first.</summary>
    private static (string Parent, string Pattern, string Bin)[] UsualPlaces() =>
        OperatingSystem.IsWindows() ? [(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin")]
        : OperatingSystem.IsMacOS() ?
        [
            ("/opt/homebrew/opt", "postgresql*", "bin"), ("/usr/local/opt", "postgresql*", "bin"), ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
            ("/Library/PostgreSQL", "*", "bin"), ("/opt/local/lib", "postgresql*", "bin"),
        ]
        :
        [
            ("/usr/lib/postgresql", "*", "bin"), ("/usr", "pgsql-*", "bin"), ("/usr/libexec", "postgresql*", ""),
            ("/usr/lib", "postgresql*", "bin"), ("/usr/local", "pgsql", "bin"), ("/opt", "postgresql*", "bin"),
        ];
}
