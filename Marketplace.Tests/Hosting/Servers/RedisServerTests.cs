using System.Runtime.Versioning;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Redis;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

public sealed class RedisServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public enum Implementation
    {
        Installed,
        Garnet,
    }

    [Theory]
    [InlineData(Implementation.Installed)]
    [InlineData(Implementation.Garnet)]
    public async Task Serves_with_its_password_only(Implementation implementation)
    {
        await using var server = await RunningServer.StartAsync(Create(implementation));

        await using (var connection = await ConnectAsync(server.Context, server.Context.Password))
        {
            var database = connection.GetDatabase();
            await database.StringSetAsync("key", "value");
            Assert.Equal("value", await database.StringGetAsync("key"));
            Assert.Equal(42, (int)await database.ScriptEvaluateAsync("return ARGV[1] + 1", values: [41]));
        }

        await Assert.ThrowsAnyAsync<RedisException>(() => ConnectAsync(server.Context, "wrong"));
        await Assert.ThrowsAnyAsync<RedisException>(() => ConnectAsync(server.Context, null));
        Assert.DoesNotContain(server.Context.Password, string.Join(' ', server.Arguments), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Implementation.Installed)]
    [InlineData(Implementation.Garnet)]
    public async Task Keeps_its_data_over_a_kill_when_asked_to(Implementation implementation)
    {
        await using var server = await RunningServer.StartAsync(
            Create(implementation),
            context => context with { IsEphemeral = false });
        await using (var connection = await ConnectAsync(server.Context, server.Context.Password))
        {
            var database = connection.GetDatabase();
            for (var i = 0; i < 1000; i++)
            {
                await database.StringSetAsync($"key{i}", i, flags: CommandFlags.FireAndForget);
            }

            await database.StringSetAsync("written", "yes");
            await AwaitOnDiskAsync(server, "written");
        }

        await server.KillAndRestartAsync();

        await using var again = await ConnectAsync(server.Context, server.Context.Password);
        await AwaitLoadedAsync(again);
        Assert.Equal("yes", await again.GetDatabase().StringGetAsync("written"));
        Assert.Equal(999, (int)await again.GetDatabase().StringGetAsync("key999"));
    }

    [Theory]
    [InlineData(Implementation.Installed)]
    [InlineData(Implementation.Garnet)]
    public async Task Ends_in_order_when_asked(Implementation implementation)
    {
        await using var server = await RunningServer.StartAsync(Create(implementation));

        var exitCode = await server.StopAsync();

        const int Terminated = 128 + 15; // what Garnet says
        Assert.Equal(implementation == Implementation.Garnet ? Terminated : 0, exitCode);
    }

    [Theory]
    [InlineData(Implementation.Installed)]
    [InlineData(Implementation.Garnet)]
    [UnsupportedOSPlatform("windows")] // no such modes
    public async Task Only_its_owner_may_read_the_file_with_the_password(Implementation implementation)
    {
        await using var server = await RunningServer.StartAsync(Create(implementation));

        var file = Path.Combine(server.Context.DataFolder, server.Arguments[^1]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private static INativeServer Create(Implementation implementation)
    {
        if (implementation == Implementation.Garnet)
        {
            return new GarnetServer(ToolCache.DefaultFolder);
        }

        var program = Executable.Find("redis-server");
        Assert.SkipWhen(program is null, "redis-server is not installed.");
        return new InstalledRedisServer(program!);
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(ServerContext context, string? password) =>
        await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", context.Port } },
            Password = password,
            ConnectRetry = 1,
            ConnectTimeout = 5000,
        });

    private static async Task AwaitOnDiskAsync(RunningServer server, string word)
    {
        while (!Directory.EnumerateFiles(server.Context.DataFolder, "*", SearchOption.AllDirectories)
            .Any(file => new FileInfo(file).Length > 0 && ReadShared(file).Contains(word, StringComparison.Ordinal)))
        {
            await Task.Delay(25, Cancellation);
        }
    }

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task AwaitLoadedAsync(ConnectionMultiplexer connection)
    {
        while (true)
        {
            try
            {
                await connection.GetDatabase().PingAsync();
                return;
            }
            catch (RedisException e) when (e.Message.Contains("LOADING", StringComparison.Ordinal))
            {
                await Task.Delay(25, Cancellation);
            }
        }
    }
}
