using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Running;
using Marketplace.Tests.Products;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

/// <summary>A Redis Cluster of three processes without replicas, as small as one can be.</summary>
public sealed class RedisClusterNodes : IAsyncLifetime
{
    private const int Slots = 16384;

    private readonly List<RunningServer> _nodes = [];

    /// <summary>The connection string, which names all of them.</summary>
    public string Address => $"{string.Join(',', _nodes.Select(node => node.Address))},password={TestServers.Password}";

    public async ValueTask InitializeAsync()
    {
        if (Executable.Find("redis-server") is not { } program)
        {
            return;
        }

        for (var node = 0; node < 3; node++)
        {
            var busPort = FreePort.Find();
            _nodes.Add(await RunningServer.StartAsync(new ConfiguredRedisServer(program, $"cluster-enabled yes\ncluster-port {busPort}\ncluster-node-timeout 3000\n"), context => context with { Password = TestServers.Password }));
            var first = Slots * node / 3;
            await ExecuteAsync(_nodes[node], "CLUSTER", "ADDSLOTSRANGE", first, (Slots * (node + 1) / 3) - 1);
            await ExecuteAsync(_nodes[node], "CLUSTER", "SET-CONFIG-EPOCH", node + 1);
            await ExecuteAsync(_nodes[0], "CLUSTER", "MEET", "127.0.0.1", _nodes[node].Context.Port, busPort);
        }

        await AwaitWholeAsync();
    }

    /// <summary>Skips a test where there is none.</summary>
    public void Require() => Assert.SkipWhen(_nodes.Count == 0, "redis-server is not installed.");

    /// <summary>How many keys each holds.</summary>
    public async Task<int[]> CountKeysAsync() => await Task.WhenAll(_nodes.Select(async node => (int)await ExecuteAsync(node, "DBSIZE")));

    /// <summary>Kills one of them.</summary>
    public Task KillOneAsync() => _nodes[0].KillAsync();

    /// <summary>Starts it again.</summary>
    public async Task RestartOneAsync()
    {
        await _nodes[0].StartAsync();
        await AwaitWholeAsync();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));

    private async Task AwaitWholeAsync()
    {
        foreach (var node in _nodes)
        {
            await Wait.UntilAsync(
                async () => (string?)await ExecuteAsync(node, "CLUSTER", "INFO") is { } info && info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_size:3", StringComparison.Ordinal),
                "the cluster is whole");
        }
    }

    private static async Task<RedisResult> ExecuteAsync(RunningServer node, string command, params object[] arguments)
    {
        var options = ConfigurationOptions.Parse(TestServers.Redis(node));
        options.AllowAdmin = true;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        return await connection.GetServer("127.0.0.1", node.Context.Port).ExecuteAsync(command, arguments);
    }
}
