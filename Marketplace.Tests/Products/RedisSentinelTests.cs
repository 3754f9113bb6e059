using Marketplace.Contracts;
using Marketplace.Hosting.Processes;
using Marketplace.Tests.Hosting.Servers;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>A service that asks a Sentinel where Redis is.</summary>
[Collection(Pipeline.Name)]
public class RedisSentinelTests(PipelineServers servers)
{
    private const string ServiceName = "marketplace";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_goes_on_with_the_replica_that_becomes_the_primary()
    {
        var program = Executable.Find("redis-server");
        Assert.SkipWhen(program is null, "redis-server is not installed.");
        await using var primary = await StartAsync($"masterauth {TestServers.Password}\n");
        await using var replica = await StartAsync($"masterauth {TestServers.Password}\nreplicaof 127.0.0.1 {primary.Context.Port}\n");
        await using var sentinel = await StartAsync(
            $"sentinel monitor {ServiceName} 127.0.0.1 {primary.Context.Port} 1\nsentinel auth-pass {ServiceName} {TestServers.Password}\nsentinel down-after-milliseconds {ServiceName} 1000\n", "--sentinel");
        await using var watch = await ConnectionMultiplexer.SentinelConnectAsync(TestServers.Redis(sentinel));
        var server = watch.GetServers()[0];
        await Wait.UntilAsync(async () => (await server.SentinelReplicasAsync(ServiceName)).Any(known => known.Contains(KeyValuePair.Create("master-link-status", "ok"))), "the replica is known");
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(
            servers, marketplace, ("ConnectionStrings:redis", $"{sentinel.Address},serviceName={ServiceName},password={TestServers.Password}"));
        await service.Http.GetStringAsync("/products/before", Cancel);

        await primary.KillAsync();

        await using var promoted = await ConnectionMultiplexer.ConnectAsync(TestServers.Redis(replica));
        var read = 0;
        await Wait.UntilAsync(
            async () =>
            {
                await service.Http.GetStringAsync($"/products/{++read}", Cancel);
                try
                {
                    return await promoted.GetDatabase().KeyExistsAsync(CachedProduct.Key(marketplace.Name, $"{read}"));
                }
                catch (RedisException)
                {
                    return false; // a replica closes its connections when it becomes the primary
                }
            },
            "products are kept in what was the replica");
        Assert.Contains("\"redis\":\"healthy\"", await service.Http.GetStringAsync("/health", Cancel), StringComparison.Ordinal);

        Task<RunningServer> StartAsync(string lines, params string[] arguments) =>
            RunningServer.StartAsync(new ConfiguredRedisServer(program!, lines, arguments), context => context with { Password = TestServers.Password });
    }
}
