using System.Text;
using Marketplace.Gateway;
using Marketplace.Gateway.Products;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class ProductMemoryTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_product_is_kept_for_moments_and_no_longer_than_it_is_fresh()
    {
        var memory = Memory(keptFor: 10);
        Keep(memory, "long", freshFor: 1000);
        Keep(memory, "short", freshFor: 3);
        Keep(memory, "stale", freshFor: -1);

        Assert.Equal(["long", "short"], Kept());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["long"], Kept());
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Empty(Kept());

        IEnumerable<string> Kept() => new[] { "long", "short", "stale", "never" }.Where(id => memory.TryGet("ebay", id, out _));
    }

    [Fact]
    public void News_of_a_newer_version_replace_what_is_kept_and_older_ones_do_not()
    {
        var memory = Memory();
        Keep(memory, "1", version: 2);

        memory.Renew("ebay", "1", Product(1));
        Assert.Equal(2, Version(memory, "1"));
        memory.Renew("ebay", "1", Product(3));
        Assert.Equal(3, Version(memory, "1"));
        memory.Renew("ebay", "2", Product(1));
        Assert.False(memory.TryGet("ebay", "2", out _));
    }

    [Fact]
    public void A_product_read_while_a_newer_version_was_stored_is_not_kept()
    {
        var memory = Memory();
        var before = memory.Epoch("ebay", "1");

        memory.Renew("ebay", "1", Product(2));
        memory.Keep("ebay", "1", Product(1), Fresh(1000), before);

        Assert.False(memory.TryGet("ebay", "1", out _));
        Keep(memory, "1", version: 2);
        Assert.Equal(2, Version(memory, "1"));
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_used_stays()
    {
        var memory = Memory(bytes: 100_000);
        Keep(memory, "used");
        for (var i = 0; i < 10_000; i++)
        {
            Keep(memory, $"once{i}");
            Assert.True(memory.TryGet("ebay", "used", out _));
        }

        var kept = Enumerable.Range(0, 10_000).Count(i => memory.TryGet("ebay", $"once{i}", out _));
        Assert.InRange(kept, 10, 100_000 / 512);
    }

    [Fact]
    public void Without_bytes_nothing_is_kept()
    {
        var memory = Memory(bytes: 0);

        Keep(memory, "1");

        Assert.False(memory.TryGet("ebay", "1", out _));
    }

    private ProductMemory Memory(long bytes = 1_000_000, int keptFor = 10)
    {
        var options = new GatewayOptions { Marketplaces = { "ebay" }, Memory = { Bytes = bytes, KeptFor = TimeSpan.FromSeconds(keptFor) } };
        return new ProductMemory(Options.Create(options), _time);
    }

    private void Keep(ProductMemory memory, string id, int freshFor = 1000, int version = 1) =>
        memory.Keep("ebay", id, Product(version), Fresh(freshFor), memory.Epoch("ebay", id));

    private long Fresh(int seconds) => _time.GetUtcNow().AddSeconds(seconds).ToUnixTimeMilliseconds();

    private static int Version(ProductMemory memory, string id) => memory.TryGet("ebay", id, out var product) ? product.Version : -1;

    private static ProductJson Product(int version)
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes($$"""{"id":"1","title":"t","fetchedAt":"2026-01-01T00:00:00Z","version":{{version}}}"""), out var product));
        return product;
    }
}
