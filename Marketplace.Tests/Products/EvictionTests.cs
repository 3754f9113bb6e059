using Marketplace.Products.Budget;
using Marketplace.Products.Redis;
using Marketplace.Tests.Hosting.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What a Redis evicts that is set up as in the Kubernetes manifests, when its memory is short.</summary>
[Collection(Pipeline.Name)]
public class EvictionTests(PipelineServers servers)
{
    private const int ProductBytes = 2_000;
    private const int Capacity = 5_000;

    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    [Fact]
    public async Task The_day_s_calls_and_leases_outlast_products()
    {
        await using var server = await TestServers.StartRedisAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(TestServers.Redis(server) + ",allowAdmin=true");
        var (database, admin) = (redis.GetDatabase(), redis.GetServers().Single());
        Assert.SkipWhen((await admin.InfoAsync("server"))[0].Any(entry => entry.Key == "garnet_version"), "Garnet evicts in another way.");
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.LaunchAsync(servers, marketplace, ("ConnectionStrings:redis", TestServers.Redis(server)));
        await service.Services.GetRequiredService<CallBudget>().SpendAsync();
        var lease = (await service.Services.GetRequiredService<LeasedCache>().TryTakeAsync("entry", evenIfFresh: true)).Lease!;
        await using var _ = lease;

        // An hour without a call, and products nobody has asked for during a minute.
        var count = admin.Keys(pattern: $"{marketplace.Name}:calls:*").Single();
        await RestoreAsync(count, await database.KeyDumpAsync(count), await database.KeyTimeToLiveAsync(count), idleSeconds: 3600);
        await database.StringSetAsync("old", new byte[ProductBytes]);
        var old = await database.KeyDumpAsync("old");
        await Task.WhenAll(Enumerable.Range(0, Capacity).Select(number => RestoreAsync($"old:{number}", old, KeepFor, idleSeconds: 60)));
        await admin.ConfigSetAsync("maxmemory-policy", "volatile-lru");
        await admin.ConfigSetAsync("maxmemory", (await MemoryAsync()).ToString(System.Globalization.CultureInfo.InvariantCulture));
        for (var number = 0; number < Capacity / 2; number++)
        {
            await database.StringSetAsync($"new:{number}", new byte[ProductBytes], KeepFor, flags: CommandFlags.FireAndForget);
        }

        await database.PingAsync();

        var evicted = long.Parse((await admin.InfoAsync("stats"))[0].Single(entry => entry.Key == "evicted_keys").Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(evicted, Capacity / 4, Capacity);
        Assert.True(await database.KeyExistsAsync(count));
        Assert.Equal(lease.Owner, await database.StringGetAsync(lease.Key));

        async Task<long> MemoryAsync() =>
            long.Parse((await admin.InfoAsync("memory"))[0].Single(entry => entry.Key == "used_memory").Value, System.Globalization.CultureInfo.InvariantCulture);

        Task RestoreAsync(RedisKey key, byte[]? dump, TimeSpan? timeToLive, int idleSeconds) =>
            database.ExecuteAsync("RESTORE", key, (long)(timeToLive?.TotalMilliseconds ?? 0), dump!, "REPLACE", "IDLETIME", idleSeconds);
    }
}
