using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Products.Budget;
using Marketplace.Products.Reading;
using Marketplace.Products.Redis;
using Marketplace.Products.Storage;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Entries of the cache under races: writes arrive in another order than the marketplace answered.</summary>
[Collection(Pipeline.Name)]
public class CacheWriteTests(PipelineServers servers)
{
    private static readonly DateTime Time = DateTime.UtcNow;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_late_copy_of_an_old_version_does_not_replace_a_new_one()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var cache = service.Services.GetRequiredService<ServiceProductCache>();

        // One instance has read version 1 from Postgres; before it has copied that to Redis, another one caches version 2.
        await WriteAsync(cache, version: 2, Time.AddMilliseconds(1));
        await WriteAsync(cache, version: 1, Time);
        Assert.Equal(2, (await ReadAsync(service)).Version);

        await WriteAsync(cache, version: 3, Time.AddMilliseconds(2));
        Assert.Equal(3, (await ReadAsync(service)).Version);
    }

    [Fact]
    public async Task A_late_answer_that_a_product_is_absent_does_not_replace_a_newer_product()
    {
        var found = new TaskCompletionSource();
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var one = await ProductProcess.StartAsync(servers, marketplace);
        await using var two = await ProductProcess.StartAsync(servers, marketplace);
        var (cache, store) = (one.Services.GetRequiredService<ServiceProductCache>(), two.Services.GetRequiredService<ProductStore>());
        marketplace.Answer = async (_, _) =>
        {
            await found.Task;
            return null;
        };

        // While one instance waits for its answer, which will be that there is no such product, another one stores the product.
        var reading = one.Http.GetStringAsync("/products/x", Cancel);
        await Wait.UntilAsync(() => marketplace.Calls == 1, "the marketplace is asked");
        var stored = await store.SaveAsync(new Product { Id = "x", Marketplace = marketplace.Name, Title = "new", FetchedAt = DateTimeOffset.UtcNow });
        found.SetResult();

        Assert.Contains("new", await reading, StringComparison.Ordinal);
        Assert.Equal(stored.Version, (await ReadAsync(one)).Version);

        // The same when only Redis has the newer product; an absent product that was asked for later replaces it.
        await WriteAsync(cache, version: 2, Time.AddMinutes(1));
        await cache.WriteAbsentAsync("x", Time, lease: null);
        Assert.Equal(2, (await ReadAsync(one)).Version);
        await cache.WriteAbsentAsync("x", Time.AddMinutes(2), lease: null);
        await WriteAsync(cache, version: 1, Time.AddMinutes(1));
        Assert.True((await cache.GetAsync(["x"]))[0]!.Value.IsAbsent);
    }

    [Fact]
    public async Task An_owner_releases_its_own_lease_alone()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var cache = service.Services.GetRequiredService<ServiceProductCache>();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        var key = $"{marketplace.Name}:lease:{{{CachedProduct.Key(marketplace.Name, "x")}}}";

        var expired = (await cache.TryTakeLeaseAsync("x")).Lease!;
        Assert.Null((await cache.TryTakeLeaseAsync("x")).Lease);
        await redis.GetDatabase().StringSetAsync(key, "another owner");
        await cache.WriteAbsentAsync("x", Time, expired);
        await expired.DisposeAsync();
        Assert.Equal("another owner", await redis.GetDatabase().StringGetAsync(key));

        await redis.GetDatabase().KeyDeleteAsync(key);
        var mine = (await cache.TakeLeaseAsync("x", evenIfFresh: true, cancellationToken: TestContext.Current.CancellationToken)).Lease!;
        await cache.WriteAbsentAsync("x", Time.AddMinutes(1), mine);
        Assert.False(await redis.GetDatabase().KeyExistsAsync(key));
        await mine.DisposeAsync();
    }

    [Fact]
    public async Task What_is_taken_and_written_together_is_each_its_own()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var cache = service.Services.GetRequiredService<ServiceProductCache>();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        var redis = connection.GetDatabase();
        string[] ids = [.. Enumerable.Range(0, 300).Select(number => $"{number}")];
        RedisKey[] leases = [.. ids.Select(id => (RedisKey)$"{marketplace.Name}:lease:{{{CachedProduct.Key(marketplace.Name, id)}}}")];
        await WriteAsync(cache, version: 1, Time, "0");
        await redis.StringSetAsync(leases[1], "another owner");
        await redis.ListLeftPushAsync(CachedProduct.Key(marketplace.Name, "2"), "of another type");

        var attempts = await Task.WhenAll(ids.Select(id => cache.TryTakeLeaseAsync(id).AsTask()));
        Assert.Equal((true, null), (attempts[0].IsFresh, attempts[0].Lease));
        Assert.Equal((false, null), (attempts[1].IsFresh, attempts[1].Lease));
        Assert.Equal(attempts.Skip(2).Select(attempt => attempt.Lease?.Owner), (await redis.StringGetAsync(leases[2..])).Select(owner => (RedisValue?)owner));
        Assert.Equal(298, attempts.Count(attempt => attempt is { IsFresh: false, Entry: null, Lease: not null }));

        await Task.WhenAll(ids.Select((id, number) => WriteAsync(cache, version: number, Time.AddMilliseconds(number - 1), id, attempts[number].Lease).AsTask()));
        var entries = await cache.GetAsync(ids);
        Assert.Equal([("0", 1L), .. ids.Skip(1).Select((id, number) => (id, number + 1L))], entries.Select(entry => Parse(entry!.Value)).Select(product => (product.Id, product.Version)));
        Assert.Equal([1], leases.Select((lease, number) => (lease, number)).Where(one => redis.KeyExists(one.lease)).Select(one => one.number));
    }

    [Fact]
    public async Task Reserved_calls_that_are_not_made_are_left_to_later_ones()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var one = await ProductProcess.StartAsync(servers, marketplace, ("Products:CallsPerDay", "2"));
        await using var two = await ProductProcess.StartAsync(servers, marketplace, ("Products:CallsPerDay", "2"));
        var (cache, mine, theirs) = (one.Services.GetRequiredService<ServiceProductCache>(), one.Services.GetRequiredService<CallBudget>(), two.Services.GetRequiredService<CallBudget>());

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await (await cache.TryTakeLeaseAsync("x")).Lease!.DisposeAsync();
        }

        Assert.Equal(2, (await mine.ReadAsync()).Left);
        await theirs.SpendAsync();
        await mine.SpendAsync();
        Assert.Equal(0, (await mine.ReadAsync()).Left);
        await Assert.ThrowsAsync<Marketplace.Products.ProductSourceException>(async () => await mine.SpendAsync());
        await Assert.ThrowsAsync<Marketplace.Products.ProductSourceException>(async () => await theirs.SpendAsync());
    }

    private static ValueTask WriteAsync(ServiceProductCache cache, long version, DateTime fetchedAt, string id = "x", CacheLease? lease = null)
    {
        var product = new StoredProduct(id, version, fetchedAt, fetchedAt, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","marketplace":"test","title":"x"}"""));
        return cache.WriteAsync(product, product.ToJson(), lease);
    }

    private static async Task<Product> ReadAsync(ProductProcess service) =>
        Parse((await service.Services.GetRequiredService<ServiceProductCache>().GetAsync(["x"]))[0]!.Value);

    private static Product Parse(CachedProduct entry) => JsonSerializer.Deserialize(entry.Product.Span, ContractsJson.Default.Product)!;
}
