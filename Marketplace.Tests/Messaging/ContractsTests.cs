using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Messaging.Contracts;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class ContractsTests
{
    private static readonly Product Full = new()
    {
        Id = "v1|1|0",
        Marketplace = "ebay",
        Title = "A \"quoted\" title",
        Price = new Money(12.340m, "USD"),
        ImageUrls = ["https://example.com/1.jpg"],
        Seller = new Seller("anna", 12, 99.5m),
        Availability = new Availability("IN_STOCK", 3),
        FetchedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Version = 7,
    };

    [Fact]
    public void A_product_is_camel_case_and_without_nulls_and_keeps_its_decimals() =>
        Assert.Equal(
            """{"id":"v1|1|0","marketplace":"ebay","title":"A \u0022quoted\u0022 title","price":{"amount":12.340,"currency":"USD"},"imageUrls":["https://example.com/1.jpg"],"seller":{"username":"anna","feedbackScore":12,"feedbackPercentage":99.5},"availability":{"status":"IN_STOCK","quantity":3},"fetchedAt":"2026-01-02T03:04:05+00:00","version":7}""",
            JsonSerializer.Serialize(Full, ContractsJson.Default.Product));

    [Fact]
    public void Unknown_fields_are_ignored() =>
        Assert.Equal(new GetProduct("1"), JsonSerializer.Deserialize("""{"productId":"1","later":{"more":[1]}}""", ContractsJson.Default.GetProduct));

    [Theory]
    [InlineData(ProductSource.Memory)]
    [InlineData(ProductSource.Cache)]
    [InlineData(ProductSource.Database)]
    [InlineData(ProductSource.External)]
    public void A_raw_reply_is_the_same_bytes_as_a_serialized_one(ProductSource source)
    {
        var product = JsonSerializer.SerializeToUtf8Bytes(Full, ContractsJson.Default.Product);

        var found = RawProductReply.Write(source, product);
        var absent = RawProductReply.Write(source, []);

        Assert.Equal(Json(new() { Status = ReplyStatus.Found, Source = source, Product = Full }), Encoding.UTF8.GetString(found));
        Assert.Equal(Json(new() { Status = ReplyStatus.NotFound, Source = source }), Encoding.UTF8.GetString(absent));
        Assert.True(RawProductReply.TryRead(found, out var read));
        Assert.Equal(source, read.Source);
        Assert.Equal(product, read.Product.ToArray());
        Assert.True(RawProductReply.TryRead(absent, out read));
        Assert.True(read.IsAbsent);
    }

    [Fact]
    public void A_failure_is_not_a_raw_reply_and_reads_as_a_serialized_one()
    {
        var error = new ReplyError(ReplyErrorCodes.RateLimited, "Too many calls.", RetryAfterMs: 1_000);

        var reply = RawProductReply.Write(error);

        Assert.False(RawProductReply.TryRead(reply, out _));
        Assert.Equal(error, JsonSerializer.Deserialize(reply, ContractsJson.Default.ProductReply)!.Error);
    }

    [Fact]
    public void A_cached_product_reads_back_and_nothing_else_does()
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);
        var entry = CachedProduct.Write(Full, until);

        Assert.True(CachedProduct.TryRead(entry, out var cached));
        Assert.Equal(1_790_000_000_123, cached.FreshUntil);
        Assert.Equal(Full.Title, JsonSerializer.Deserialize(cached.Product.Span, ContractsJson.Default.Product)!.Title);
        Assert.True(CachedProduct.TryRead(CachedProduct.Write((Product?)null, until), out var absent));
        Assert.True(absent.IsAbsent);
    }

    [Fact]
    public void Damaged_bytes_never_throw() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400]).Sample((at, value, length) =>
        {
            var entry = CachedProduct.Write(Full, DateTimeOffset.UtcNow);
            entry[at % entry.Length] = value;
            CachedProduct.TryRead(entry.AsMemory(0, Math.Min(length, entry.Length)), out _);
            RawProductReply.TryRead(entry.AsMemory(0, Math.Min(length, entry.Length)), out _);
        });

    private static string Json(ProductReply reply) => JsonSerializer.Serialize(reply, ContractsJson.Default.ProductReply);
}
