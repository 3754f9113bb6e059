using System.Globalization;
using System.Text;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Hosting.Servers.Postgres;

/// <summary>Postgres' data folder and what lies beside it.</summary>
internal sealed class PostgresData(string home)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly PasswordHasher<string> Hasher = new();

    public string Home { get; } = Path.GetFullPath(home);

    public string Folder => Path.Combine(Home, "pgdata");

    public string UnfinishedFolder => Path.Combine(Home, "pgdata.unfinished");

    public bool Exists => File.Exists(VersionFile);

    /// <summary>The release that wrote the data.</summary>
    public int Major => PostgresInstallation.MajorOf(File.ReadAllText(VersionFile));

    private string VersionFile => Path.Combine(Folder, "PG_VERSION");

    private string PidFile => Path.Combine(Folder, "postmaster.pid");

    private string CredentialsFile => Path.Combine(Home, "credentials");

    public void RemoveUnfinished()
    {
        if (Directory.Exists(UnfinishedFolder))
        {
            Directory.Delete(UnfinishedFolder, recursive: true);
        }
    }

    public void Finish(ServerContext context)
    {
        Remember(context);
        Directory.Move(UnfinishedFolder, Folder);
    }

    /// <summary>Whether user and password are those that the data was made with.</summary>
    public bool WasMadeFor(ServerContext context) =>
        File.Exists(CredentialsFile) && Hasher.VerifyHashedPassword("", File.ReadAllText(CredentialsFile), Credentials(context)) != PasswordVerificationResult.Failed;

    public void Remember(ServerContext context) => OwnerOnlyFile.Write(CredentialsFile, Encoding.ASCII.GetBytes(Hasher.HashPassword("", Credentials(context))));

    /// <summary>Written anew before each start: the port may be another one.</summary>
    public void Configure(ServerContext context)
    {
        List<string> settings =
        [
            "listen_addresses = '127.0.0.1'",
            string.Create(CultureInfo.InvariantCulture, $"port = {context.Port}"),
            "unix_socket_directories = ''",
            "password_encryption = 'scram-sha-256'",
            "max_connections = 200",
            "shared_buffers = '64MB'",
            "max_wal_size = '512MB'",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "log_line_prefix = ''",
        ];
        if (context.IsEphemeral)
        {
            // What the system was given survives a kill of the server; only a power cut could lose it.
            settings.AddRange(["fsync = off", "full_page_writes = off"]);
        }

        File.WriteAllLines(Path.Combine(Folder, "postgresql.conf"), settings);
        File.WriteAllLines(Path.Combine(Folder, "pg_hba.conf"), ["host all all 127.0.0.1/32 scram-sha-256", "host replication all 127.0.0.1/32 scram-sha-256"]);
    }

    /// <summary>
    /// After a kill of the server its workers take a moment to notice, and Postgres refuses to start beside them; and the
    /// id in its lock file may belong to another program by now, which it would take for a running server.
    /// </summary>
    /// <exception cref="ServerSetupException">A server is running on this data.</exception>
    public async Task AwaitPredecessorAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Postgres' own check has to do.
        }

        var deadline = Environment.TickCount64 + (long)grace.TotalMilliseconds;
        while (FirstProcessIn(Folder) is { } processId)
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new ServerSetupException($"Postgres: process {processId} is still running on the data in '{Folder}'. End it and start again.");
            }

            await Task.Delay(Poll, cancellationToken);
        }

        File.Delete(PidFile);
    }

    /// <summary>Every process of Postgres has its data folder as its working directory.</summary>
    private static int? FirstProcessIn(string folder)
    {
        var realFolder = RealPath(folder);
        return LinuxProcess.AllIds().Where(id => LinuxProcess.FolderOf(id) == realFolder).Select(id => (int?)id).FirstOrDefault();
    }

    private static string RealPath(string path) =>
        Path.GetDirectoryName(path) is not { } parent ? path
        : Path.Combine(RealPath(parent), Path.GetFileName(path)) is var folder && Directory.ResolveLinkTarget(folder, returnFinalTarget: true) is { } target ? RealPath(target.FullName)
        : folder;

    private static string Credentials(ServerContext context) => $"{context.UserName}\0{context.Password}";
}
