using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Contracts;
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
    public void A_reply_passes_the_product_on_as_it_is(ProductSource source)
    {
        var product = Json(Full);
        var name = source.ToString().ToLowerInvariant();

        var found = ProductReply.Write(source, product);
        var absent = ProductReply.Write(source, []);

        Assert.Equal($$"""{"status":"found","source":"{{name}}","product":{{Encoding.UTF8.GetString(product)}}}""", Encoding.UTF8.GetString(found));
        Assert.Equal($$"""{"status":"notFound","source":"{{name}}"}""", Encoding.UTF8.GetString(absent));
        Assert.True(ProductReply.TryRead(found, out var read));
        Assert.Equal((ReplyStatus.Found, source), (read.Status, read.Source));
        Assert.Equal(product, read.Product.ToArray());
        Assert.True(ProductReply.TryRead(absent, out read));
        Assert.Equal((ReplyStatus.NotFound, source), (read.Status, read.Source));
        Assert.True(read.Product.IsEmpty);
    }

    [Fact]
    public void A_failure_is_a_reply_with_its_error()
    {
        var error = new ReplyError(ReplyErrorCodes.RateLimited, "Too many calls.", RetryAfterMs: 1_000);

        var reply = ProductReply.Write(error);

        Assert.Equal("""{"status":"failed","error":{"code":"RATE_LIMITED","message":"Too many calls.","retryAfterMs":1000}}""", Encoding.UTF8.GetString(reply));
        Assert.True(ProductReply.TryRead(reply, out var read));
        Assert.Equal((ReplyStatus.Failed, error), (read.Status, read.Error));
    }

    [Theory]
    [InlineData("""{ "later": [1], "product": {"id":"1"}, "source": "cache", "error": null, "status": "found" }""", true)]
    [InlineData("""{"status":"found","source":"cache"}""", false)]
    [InlineData("""{"status":"found","product":{}}""", false)]
    [InlineData("""{"status":"found","source":"cache","product":null}""", false)]
    [InlineData("""{"status":"failed"}""", false)]
    [InlineData("""{"status":"elsewhere","source":"cache","product":{}}""", false)]
    [InlineData("""{"status":"found","source":"cache","product":{""", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    public void A_reply_is_read_in_any_form_of_its_JSON_and_what_lacks_something_is_none(string json, bool isReply)
    {
        Assert.Equal(isReply, ProductReply.TryRead(Encoding.UTF8.GetBytes(json), out var reply));
        Assert.True(!isReply || Encoding.UTF8.GetString(reply.Product.Span) == """{"id":"1"}""");
    }

    [Fact]
    public void A_cached_product_reads_back_and_nothing_else_does()
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);
        var entry = CachedProduct.Write(Json(Full), until);

        Assert.True(CachedProduct.TryRead(entry, out var cached));
        Assert.Equal(1_790_000_000_123, cached.FreshUntil);
        Assert.Equal(Full.Title, JsonSerializer.Deserialize(cached.Product.Span, ContractsJson.Default.Product)!.Title);
        Assert.True(CachedProduct.TryRead(CachedProduct.Write([], until), out var absent));
        Assert.True(absent.IsAbsent);
    }

    [Fact]
    public void Damaged_bytes_never_throw() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400]).Sample((at, value, length) =>
        {
            var entry = CachedProduct.Write(Json(Full), DateTimeOffset.UtcNow);
            entry[at % entry.Length] = value;
            CachedProduct.TryRead(entry.AsMemory(0, Math.Min(length, entry.Length)), out _);

            var reply = ProductReply.Write(ProductSource.Cache, Json(Full));
            reply[at % reply.Length] = value;
            ProductReply.TryRead(reply.AsMemory(0, Math.Min(length, reply.Length)), out _);
        });

    private static byte[] Json(Product product) => JsonSerializer.SerializeToUtf8Bytes(product, ContractsJson.Default.Product);
}
