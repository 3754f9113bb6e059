using System.Net;
using Marketplace.Products;
using Marketplace.Products.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>A marketplace that takes a question and never answers it, whatever token it was given.</summary>
[Collection(Pipeline.Name)]
public class StuckMarketplaceTests(PipelineServers servers)
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_is_given_up_and_the_same_id_can_be_read_again()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Now = _time.GetUtcNow };
        await using var service = await StartAsync(marketplace);
        var answer = marketplace.Answer;
        marketplace.Answer = (_, _) => NeverAsync();

        var read = service.Http.GetAsync("/products/1", Cancel);
        await Wait.UntilAsync(() => marketplace.CallsOf("1") == 1, "the marketplace is asked");
        await PassUntilAsync(() => read.IsCompleted, "the read ends");

        using var late = await read;
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Contains("The marketplace did not answer in time.", await late.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        marketplace.Answer = answer;
        Assert.Contains("Product 1", await service.Http.GetStringAsync("/products/1", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_is_given_up_and_the_same_id_is_refreshed_again()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Now = _time.GetUtcNow };
        await using var service = await StartAsync(marketplace, ("Products:FreshFor", "00:00:01"));
        await service.Http.GetStringAsync("/products/1", Cancel);
        marketplace.Answer = (_, _) => NeverAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await service.Http.GetStringAsync("/products/1", Cancel);
        await Wait.UntilAsync(() => marketplace.CallsOf("1") == 2, "the refresh has begun");

        marketplace.Answer = (_, _) => Task.FromResult<string?>("Refreshed");

        await PassUntilAsync(
            async () => (await service.Http.GetStringAsync("/products/1", Cancel)).Contains("Refreshed", StringComparison.Ordinal), "the product is refreshed");
    }

    [Fact]
    public async Task A_lease_ends_though_its_owner_renews_it()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var stuck = await StartAsync(marketplace);
        await using var other = await ProductProcess.StartAsync(servers, marketplace);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        RedisKey entry = Guid.NewGuid().ToString();
        var owned = await stuck.Services.GetRequiredService<LeasedCache>().TakeAsync(entry, evenIfFresh: false, cancellationToken: Cancel);
        var key = owned.Lease!.Key;
        await redis.GetDatabase().KeyExpireAsync(key, TimeSpan.FromHours(1));
        _time.Advance(CacheLease.Duration / 3);
        await Wait.UntilAsync(async () => await redis.GetDatabase().KeyTimeToLiveAsync(key) <= CacheLease.Duration, "the lease is renewed");

        CacheLease? next = null;
        await PassUntilAsync(
            async () => (next = (await other.Services.GetRequiredService<LeasedCache>().TryTakeAsync(entry, evenIfFresh: false)).Lease) is not null, "another may ask");

        Assert.True(_time.GetUtcNow() - _time.Start >= CacheLease.MaxAge);
        await next!.DisposeAsync();
        await owned.Lease.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_waits_for_a_lease_for_longer_than_one_may_last()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        RedisKey entry = Guid.NewGuid().ToString();
        RedisKey key = $"{marketplace.Name}:lease:{{{entry}}}";
        await redis.GetDatabase().StringSetAsync(key, "somebody's for ever");

        var wait = service.Services.GetRequiredService<LeasedCache>().TakeAsync(entry, evenIfFresh: false, cancellationToken: Cancel);
        await PassUntilAsync(() => wait.IsCompleted, "the wait ends");

        Assert.Equal((null, false), ((await wait).Lease, (await wait).IsFresh));
        await redis.GetDatabase().KeyDeleteAsync(key);
    }

    private static Task<string?> NeverAsync() => new TaskCompletionSource<string?>().Task;

    private Task PassUntilAsync(Func<bool> condition, string what) => PassUntilAsync(() => Task.FromResult(condition()), what);

    private Task PassUntilAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(_time, TimeSpan.FromSeconds(1), condition, what);

    private Task<ProductProcess> StartAsync(TestMarketplace marketplace, params IEnumerable<(string Key, string Value)> settings) => ProductProcess.StartAsync(
        servers, marketplace.Name, builder => builder.Services.AddSingleton<IProductSource>(marketplace).AddSingleton<TimeProvider>(_time), settings);
}
