using System.Globalization;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.State;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

/// <summary>
/// PgBouncer before a test's Postgres as operators have it: a server's connection for a transaction, users looked up there.
/// As root it runs as <c>postgres</c>, for it refuses to run as root.
/// </summary>
internal sealed class PgBouncer(string program, NpgsqlConnectionStringBuilder postgres) : INativeServer
{
    private const string Account = "postgres";

    public string Command => program;

    public string Description => "PgBouncer";

    /// <summary>Starts one; skips the test where it is not installed.</summary>
    public static async Task<RunningServer> StartAsync(string postgres)
    {
        var program = Executable.Find("pgbouncer") ?? Executable.InFolder("/usr/sbin", "pgbouncer"); // where Debian has it, out of most users' path
        Assert.SkipWhen(program is null, "pgbouncer is not installed.");
        return await RunningServer.StartAsync(new PgBouncer(program!, new(postgres)));
    }

    public async Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> progress, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(
            Path.Combine(context.DataFolder, "pgbouncer.ini"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                [databases]
                * = host={postgres.Host} port={postgres.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {context.Port}
                unix_socket_dir =
                pool_mode = transaction
                auth_type = scram-sha-256
                auth_file = users.txt
                auth_user = {postgres.Username}
                server_login_retry = 1

                """),
            cancellationToken);
        OwnerOnlyFile.Write(Path.Combine(context.DataFolder, "users.txt"), System.Text.Encoding.UTF8.GetBytes($"\"{postgres.Username}\" \"{postgres.Password}\"\n"));
        if (!UnixAccount.IsRoot)
        {
            return ["pgbouncer.ini"];
        }

        await UnixAccount.GiveAsync(context.DataFolder, Account, cancellationToken);
        return ["-u", Account, "pgbouncer.ini"];
    }
}
