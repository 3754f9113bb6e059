using System.Text;
using CliWrap;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Servers.Postgres;

/// <summary>
/// Postgres on a data folder of its own: loopback only, scram passwords only, no Unix socket; the model's superuser is
/// the only role.
/// </summary>
/// <param name="installed">Installations to choose from; when empty, one is fetched.</param>
/// <param name="cacheFolder">Where a fetched one is kept.</param>
internal sealed class PostgresServer(IReadOnlyList<PostgresInstallation> installed, string cacheFolder) : INativeServer
{
    private static readonly TimeSpan PredecessorGrace = TimeSpan.FromSeconds(15);

    public string Command { get; } = OperatingSystem.IsWindows() ? "cmd.exe" : "/bin/sh";

    public string Description { get; private set; } = installed.Count > 0 ? "Postgres" : "Postgres (to be fetched)";

    public async Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> report, CancellationToken cancellationToken)
    {
        var data = new PostgresData(context.DataFolder);
        var installation = await ChooseAsync(data, report, cancellationToken);
        var account = await ChooseAccountAsync(context, installation, cancellationToken);
        if (data.Exists)
        {
            await data.AwaitPredecessorAsync(PredecessorGrace, cancellationToken);
        }

        Directory.CreateDirectory(context.DataFolder);
        if (!data.Exists)
        {
            report($"Creating the database cluster in {data.Folder}");
            await InitializeAsync(context, data, installation, account, cancellationToken);
        }

        data.Configure(context);
        if (account is not null)
        {
            await UnixAccount.GiveAsync(context.DataFolder, account, cancellationToken);
        }

        if (!data.WasMadeFor(context))
        {
            report("Setting the password that the model has now");
            await SetPasswordAsync(context, data, installation, account, cancellationToken);
        }

        return OperatingSystem.IsWindows()
            ? ["/d", "/c", installation.Postgres, "-D", data.Folder]
            : [WriteStartScript(context.DataFolder, installation.Postgres, data.Folder, account)];
    }

    /// <summary>
    /// The orchestrator stops a process with SIGTERM and kills it soon after; to Postgres SIGTERM means to wait until every client has left
    /// (pg_ctl's "smart" shutdown), SIGINT to end them ("fast"). So a shell stands between and passes the one on as the other.
    /// </summary>
    private static string WriteStartScript(string folder, string program, string data, string? account)
    {
        static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        var asAccount = account is null ? ""
            : OperatingSystem.IsLinux() ? $"setpriv --reuid=\"$(id -u {account})\" --regid=\"$(id -g {account})\" --clear-groups -- "
            : $"sudo -u {account} ";
        var script = folder + ".sh"; // beside the folder, which belongs to the account that Postgres runs as
        File.WriteAllText(script, $"""
            {asAccount}{Quote(program)} -D {Quote(data)} &
            server=$!
            trap 'kill -INT $server' TERM INT
            while kill -0 $server 2>/dev/null; do wait $server; code=$?; done # a signal ends a wait, the server goes on
            exit $code

            """.ReplaceLineEndings("\n"));
        return Path.GetRelativePath(folder, script);
    }

    /// <summary>Data can be read by the release alone that wrote it.</summary>
    private async Task<PostgresInstallation> ChooseAsync(PostgresData data, Action<string> report, CancellationToken cancellationToken)
    {
        var candidates = installed.Count > 0 ? installed : [await EmbeddedPostgres.FetchAsync(cacheFolder, report, cancellationToken)];
        var found = new List<string>();
        foreach (var candidate in candidates)
        {
            var version = await candidate.ReadVersionAsync(cancellationToken);
            var major = PostgresInstallation.MajorOf(version);
            if (data.Exists ? major == data.Major : major >= PostgresInstallation.OldestMajor)
            {
                Description = $"Postgres {version} ({candidate.BinFolder})";
                return candidate;
            }

            found.Add($"{version} in {candidate.BinFolder}");
        }

        throw new ServerSetupException(data.Exists
            ? $"Postgres: the data in '{data.Folder}' was written by release {data.Major}, and there is only {string.Join(", ", found)}. "
                + $"Install release {data.Major}, or remove '{data.Home}' (the data in it is lost)."
            : $"Postgres: release {PostgresInstallation.OldestMajor} or newer is needed, and there is only {string.Join(", ", found)}.");
    }

    /// <summary>Postgres refuses to run as root.</summary>
    private static async Task<string?> ChooseAccountAsync(ServerContext context, PostgresInstallation installation, CancellationToken cancellationToken)
    {
        if (!UnixAccount.IsRoot)
        {
            return null;
        }

        var account = await UnixAccount.ExistsAsync("postgres", cancellationToken) ? "postgres" : "nobody";
        foreach (var path in new[] { Path.GetDirectoryName(Path.GetFullPath(context.DataFolder))!, installation.BinFolder })
        {
            if (UnixAccount.ObstacleFor(path) is { } obstacle)
            {
                throw new ServerSetupException(
                    $"Postgres does not run as root, and '{account}', which it runs as instead, cannot get at '{path}': '{obstacle}' is closed to others. "
                    + $"Open it (chmod o+x '{obstacle}') or do not start as root.");
            }
        }

        return account;
    }

    /// <summary>In a folder of another name, so that an interrupted initdb never counts.</summary>
    private static async Task InitializeAsync(
        ServerContext context, PostgresData data, PostgresInstallation installation, string? account, CancellationToken cancellationToken)
    {
        data.RemoveUnfinished();
        var passwordFile = Path.Combine(data.Home, "initial-password");
        OwnerOnlyFile.Write(passwordFile, Encoding.UTF8.GetBytes(context.Password));
        try
        {
            if (account is not null)
            {
                await UnixAccount.GiveAsync(context.DataFolder, account, cancellationToken);
            }

            string[] arguments =
            [
                "--pgdata", data.UnfinishedFolder,
                "--username", context.UserName,
                "--pwfile", passwordFile,
                "--auth", "scram-sha-256",
                "--encoding", "UTF8",
                "--locale", OperatingSystem.IsMacOS() ? "en_US.UTF-8" : OperatingSystem.IsWindows() ? "C" : "C.UTF-8",
                .. context.IsEphemeral ? ["--no-sync"] : Array.Empty<string>(),
            ];
            var result = await Cli.Wrap(installation.Initdb).WithArguments(arguments).WithUser(account).WithWorkingDirectory(context.DataFolder).RunAsync(cancellationToken);
            if (!result.IsSuccess)
            {
                throw new ServerSetupException($"Postgres: initdb failed in '{data.Home}' ({result.LastLines()}).");
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        data.Finish(context);
    }

    /// <summary>
    /// The generated secrets were lost or the parameter changed, and the data is still ours: Postgres' single-user mode
    /// sets the password without asking for the old one.
    /// </summary>
    private static async Task SetPasswordAsync(
        ServerContext context, PostgresData data, PostgresInstallation installation, string? account, CancellationToken cancellationToken)
    {
        static string Quote(string text, char quote) => $"{quote}{text.Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal)}{quote}";
        if (context.Password.AsSpan().ContainsAny('\n', '\0'))
        {
            throw new ServerSetupException("Postgres: a password cannot hold a line break.");
        }

        var statement = $"ALTER ROLE {Quote(context.UserName, '"')} PASSWORD {Quote(context.Password, '\'')};\n";
        var result = await Cli.Wrap(installation.Postgres)
            .WithArguments(["--single", "-D", data.Folder, "-c", "log_min_error_statement=panic", "-c", "standard_conforming_strings=on", "postgres"])
            .WithUser(account).WithWorkingDirectory(context.DataFolder).WithStandardInputPipe(PipeSource.FromString(statement, Encoding.UTF8))
            .RunAsync(cancellationToken);

        // Single-user mode reports errors of statements on its error stream and still ends with 0.
        if (!result.IsSuccess || result.StandardError.Contains("ERROR:", StringComparison.Ordinal) || result.StandardError.Contains("FATAL:", StringComparison.Ordinal))
        {
            throw new ServerSetupException(
                $"Postgres: the data in '{data.Home}' has another user or password than the model, and it could not be changed. "
                + $"Restore the secrets it was made with, or remove '{data.Home}' (the data in it is lost).");
        }

        data.Remember(context);
    }
}
