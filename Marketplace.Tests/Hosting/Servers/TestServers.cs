using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Kafka;
using Microsoft.Extensions.Configuration;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

/// <summary>Servers for tests of the services, whichever the model would use on this machine, and how to connect to them.</summary>
internal static class TestServers
{
    /// <summary>The password of every server.</summary>
    public const string Password = "of-the-tests";

    public static Task<RunningServer> StartKafkaAsync(IEnumerable<string> topics)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return RunningServer.StartAsync(NativeServers.FindKafka(configuration), context => context with { Topics = KafkaTopics.Parse(string.Join(',', topics)) });
    }

    public static async Task<RunningServer> StartRedisAsync()
    {
        var server = await RunningServer.StartAsync(NativeServers.FindRedis(), context => context with { Password = Password });
        await AwaitRedisAsync(server);
        return server;
    }

    public static async Task<RunningServer> StartPostgresAsync()
    {
        var server = await RunningServer.StartAsync(NativeServers.FindPostgres(), context => context with { Password = Password });
        await AwaitPostgresAsync(server);
        return server;
    }

    /// <summary>The connection string of a Redis.</summary>
    public static string Redis(RunningServer server) => $"{server.Address},password={Password}";

    /// <summary>The connection string of a Postgres' database.</summary>
    public static string Postgres(RunningServer server, string database) =>
        $"Host=127.0.0.1;Port={server.Context.Port};Username=postgres;Password={Password};Database={database}";

    /// <summary>A server listens a moment before it takes connections.</summary>
    public static async Task AwaitPostgresAsync(RunningServer server) => await EndToEnd.Eventually.GetAsync(
        async token =>
        {
            try
            {
                await using var connection = new NpgsqlConnection(Postgres(server, "postgres") + ";Pooling=false");
                await connection.OpenAsync(token);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        },
        isOpen => isOpen,
        TimeSpan.FromMinutes(1),
        TestContext.Current.CancellationToken);

    /// <inheritdoc cref="AwaitPostgresAsync"/>
    public static async Task AwaitRedisAsync(RunningServer server) => await EndToEnd.Eventually.GetAsync(
        async _ =>
        {
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync(Redis(server));
                await connection.GetDatabase().PingAsync();
                return true;
            }
            catch (RedisException)
            {
                return false;
            }
        },
        isOpen => isOpen,
        TimeSpan.FromMinutes(1),
        TestContext.Current.CancellationToken);
}
