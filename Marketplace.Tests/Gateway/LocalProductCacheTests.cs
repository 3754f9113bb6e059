using System.Text;
using Marketplace.Gateway.Options;
using Marketplace.Gateway.Products;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class LocalProductCacheTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_product_is_kept_for_moments_and_no_longer_than_it_is_fresh()
    {
        var cache = Cache(timeToLive: 10);
        Keep(cache, "long", freshFor: 1000);
        Keep(cache, "short", freshFor: 3);
        Keep(cache, "stale", freshFor: -1);

        Assert.Equal(["long", "short"], Kept());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["long"], Kept());
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Empty(Kept());

        IEnumerable<string> Kept() => new[] { "long", "short", "stale", "never" }.Where(id => cache.TryGet(new("ebay", id), out _));
    }

    [Fact]
    public void A_product_is_kept_no_longer_than_its_marketplaces_terms_allow()
    {
        var cache = Cache(timeToLive: 10);
        Keep(cache, "read", freshFor: 1000);
        Keep(cache, "heard", freshFor: 1000);
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes($$"""{"id":"1","title":"t","expiresAt":"{{_time.GetUtcNow().AddSeconds(3):O}}","fetchedAt":"2026-01-01T00:00:00+00:00","version":2}"""), out var product));

        cache.Add(new("ebay", "read"), product, Fresh(1000), cache.Epoch(new("ebay", "read")));
        cache.Update(new("ebay", "heard"), product);

        Assert.True(cache.TryGet(new("ebay", "read"), out _) && cache.TryGet(new("ebay", "heard"), out _));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(cache.TryGet(new("ebay", "read"), out _) || cache.TryGet(new("ebay", "heard"), out _));
    }

    [Fact]
    public void News_of_a_newer_version_replace_what_is_kept_and_older_ones_do_not()
    {
        var cache = Cache();
        Keep(cache, "1", version: 2);

        cache.Update(new("ebay", "1"), Product(1));
        Assert.Equal(2, Version(cache, "1"));
        cache.Update(new("ebay", "1"), Product(3));
        Assert.Equal(3, Version(cache, "1"));
        cache.Update(new("ebay", "2"), Product(1));
        Assert.False(cache.TryGet(new("ebay", "2"), out _));
    }

    [Fact]
    public void News_of_a_listing_are_kept_until_it_ends()
    {
        var cache = Cache(timeToLive: 10);
        Keep(cache, "1", version: 1);

        cache.Update(new("ebay", "1"), SampleProducts.Parse("""{"id":"1","title":"t","endsAt":"2026-01-01T00:00:03+00:00","fetchedAt":"2026-01-01T00:00:00+00:00","version":2}"""));

        Assert.Equal(2, Version(cache, "1"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(cache.TryGet(new("ebay", "1"), out _));
    }

    [Fact]
    public void A_product_read_while_a_newer_version_was_stored_is_not_kept()
    {
        var cache = Cache();
        var before = cache.Epoch(new("ebay", "1"));

        cache.Update(new("ebay", "1"), Product(2));
        cache.Add(new("ebay", "1"), Product(1), Fresh(1000), before);

        Assert.False(cache.TryGet(new("ebay", "1"), out _));
        Keep(cache, "1", version: 2);
        Assert.Equal(2, Version(cache, "1"));
    }

    [Fact]
    public void The_cache_is_bounded_and_what_is_used_stays()
    {
        var cache = Cache(bytes: 100_000);
        Keep(cache, "used");
        for (var i = 0; i < 10_000; i++)
        {
            Keep(cache, $"once{i}");
            Assert.True(cache.TryGet(new("ebay", "used"), out _));
        }

        var kept = Enumerable.Range(0, 10_000).Count(i => cache.TryGet(new("ebay", $"once{i}"), out _));
        Assert.InRange(kept, 10, 100_000 / 512);
    }

    [Fact]
    public void Without_bytes_nothing_is_kept()
    {
        var cache = Cache(bytes: 0);

        Keep(cache, "1");

        Assert.False(cache.TryGet(new("ebay", "1"), out _));
    }

    private LocalProductCache Cache(long bytes = 1_000_000, int timeToLive = 10)
    {
        var options = new GatewayOptions { Marketplaces = { "ebay" }, LocalCache = { Bytes = bytes, TimeToLive = TimeSpan.FromSeconds(timeToLive) } };
        return new LocalProductCache(Options.Create(options), _time);
    }

    private void Keep(LocalProductCache cache, string id, int freshFor = 1000, int version = 1) =>
        cache.Add(new("ebay", id), Product(version), Fresh(freshFor), cache.Epoch(new("ebay", id)));

    private long Fresh(int seconds) => _time.GetUtcNow().AddSeconds(seconds).ToUnixTimeMilliseconds();

    private static int Version(LocalProductCache cache, string id) => cache.TryGet(new("ebay", id), out var product) ? product.Version : -1;

    private static ProductJson Product(int version)
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes($$"""{"id":"1","title":"t","fetchedAt":"2026-01-01T00:00:00Z","version":{{version}}}"""), out var product));
        return product;
    }
}
