using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Running;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Postgres;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

public sealed class PostgresServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public enum Implementation
    {
        Installed,
        Fetched,
    }

    [Theory]
    [InlineData(Implementation.Installed)]
    [InlineData(Implementation.Fetched)]
    public async Task Serves_with_its_password_only(Implementation implementation)
    {
        await using var server = await RunningServer.StartAsync(Create(implementation));

        Assert.Equal("scram-sha-256", await ScalarAsync(server.Context, "show password_encryption"));
        Assert.Equal("UTF8", await ScalarAsync(server.Context, "show server_encoding"));
        Assert.Equal("ÄRGER", await ScalarAsync(server.Context, "select upper('ärger')"));
        var wrong = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(server.Context with { Password = "wrong" }, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, wrong.SqlState);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(server.Context with { Password = "" }, "select 1"));
        Assert.DoesNotContain(server.Context.Password, string.Join(' ', server.Arguments), StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            var status = await File.ReadAllLinesAsync($"/proc/{PortOwner.Find(server.Context.Port)}/status", Cancellation);
            Assert.DoesNotContain(status, line => line.StartsWith("Uid:\t0\t", StringComparison.Ordinal) || line.StartsWith("Gid:\t0\t", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(Implementation.Installed)]
    [InlineData(Implementation.Fetched)]
    public async Task Keeps_what_was_committed_over_a_kill(Implementation implementation)
    {
        await using var server = await RunningServer.StartAsync(Create(implementation));
        await ScalarAsync(server.Context, "create table kept (id int); insert into kept select generate_series(1, 1000)");

        await server.KillAndRestartAsync();

        Assert.Equal(1000L, await ScalarAsync(server.Context, "select count(*) from kept"));
    }

    [Fact]
    public async Task Stops_at_once_although_clients_are_connected()
    {
        await using var server = await RunningServer.StartAsync(Create(Implementation.Installed));
        await using var client = await OpenAsync(server.Context);

        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Takes_a_new_password_for_its_old_data()
    {
        await using var server = await RunningServer.StartAsync(Create(Implementation.Installed));
        await ScalarAsync(server.Context, "create table kept (id int)");
        await server.StopAsync();
        var before = server.Context;

        server.Context = before with { Password = "o'ther \\ \"one\"" };
        await server.StartAsync();

        Assert.Equal(0L, await ScalarAsync(server.Context, "select count(*) from kept"));
        await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(before, "select 1"));
    }

    [Fact]
    public async Task Names_the_folder_to_remove_when_its_data_belongs_to_another_user()
    {
        await using var server = await RunningServer.StartAsync(Create(Implementation.Installed));
        await server.StopAsync();

        server.Context = server.Context with { UserName = "somebody" };
        var error = await Assert.ThrowsAsync<ServerSetupException>(server.StartAsync);

        Assert.Contains($"remove '{server.Context.DataFolder}'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Context.Password, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_which_release_wrote_data_that_none_here_can_read()
    {
        await using var server = await RunningServer.StartAsync(Create(Implementation.Installed));
        await server.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(server.Context.DataFolder, "pgdata", "PG_VERSION"), "12\n", Cancellation);

        var error = await Assert.ThrowsAsync<ServerSetupException>(server.StartAsync);

        Assert.Contains("written by release 12", error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Context.DataFolder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starts_although_the_number_in_its_lock_file_is_another_programs_now()
    {
        await using var server = await RunningServer.StartAsync(Create(Implementation.Installed));
        var lockFile = Path.Combine(server.Context.DataFolder, "pgdata", "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(lockFile, Cancellation);
        await server.KillAsync();
        lines[0] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(lockFile, lines, Cancellation);

        await server.StartAsync();

        Assert.Equal(1, await ScalarAsync(server.Context, "select 1"));
    }

    [Fact]
    public async Task An_interrupted_initialization_does_not_count()
    {
        await using var server = await RunningServer.StartAsync(Create(Implementation.Installed));
        await server.StopAsync();
        var data = Path.Combine(server.Context.DataFolder, "pgdata");
        Directory.Move(data, data + ".unfinished");

        await server.StartAsync();

        Assert.Equal(1, await ScalarAsync(server.Context, "select 1"));
    }

    private static PostgresServer Create(Implementation implementation)
    {
        if (implementation == Implementation.Fetched)
        {
            Assert.SkipWhen(Executable.Find("npm") is null, "npm is not installed.");
            return new PostgresServer([], ToolCache.DefaultFolder);
        }

        var installed = PostgresInstallation.FindInstalled();
        Assert.SkipWhen(installed.Count == 0, "Postgres is not installed.");
        return new PostgresServer(installed, ToolCache.DefaultFolder);
    }

    private static async Task<object?> ScalarAsync(ServerContext context, string sql)
    {
        await using var connection = await OpenAsync(context);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    /// <summary>A server that listens may still be recovering.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(ServerContext context)
    {
        while (true)
        {
            var connection = new NpgsqlConnection(ConnectionString(context));
            try
            {
                await connection.OpenAsync(Cancellation);
                return connection;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                await connection.DisposeAsync();
                await Task.Delay(25, Cancellation);
            }
        }
    }

    private static string ConnectionString(ServerContext context) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = context.Port,
        Username = context.UserName,
        Password = context.Password,
        Database = "postgres",
        Pooling = false,
    }.ConnectionString;
}
