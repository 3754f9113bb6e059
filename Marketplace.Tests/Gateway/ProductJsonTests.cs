using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Contracts;
using Marketplace.Gateway.Products;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class ProductJsonTests
{
    private const string Whole = """
        {"id":"1","ids":["1","v1|1|0"],"title":"t","description":null,"price":{"amount":19.90,"currency":"USD"},
         "priceConvertedFrom":{"amount":17,"currency":"GBP"},"buyingOptions":["AUCTION"],"bidCount":3,"currentBidPrice":{"amount":5.10,"currency":"USD"},
         "endsAt":"2026-01-02T00:00:00+00:00","imageUrls":["a","b"],
         "seller":{"username":"u","feedbackScore":12,"feedbackPercentage":99.5},"availability":{"status":"IN_STOCK","moreThan":10},
         "fetchedAt":"2026-01-01T00:00:00+00:00","version":3,"unknown":{"a":[1,{}]}}
        """;

    [Fact]
    public void Each_part_is_the_text_that_was_stored()
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes(Whole), out var product));

        Assert.Equal("\"1\"", Part(product, ProductPart.Id));
        Assert.Equal("19.90", Part(product, ProductPart.PriceAmount));
        Assert.Equal("[\"a\",\"b\"]", Part(product, ProductPart.ImageUrls));
        Assert.Equal("99.5", Part(product, ProductPart.SellerFeedbackPercentage));
        Assert.Equal("3", Part(product, ProductPart.Version));
        Assert.Equal("null", Part(product, ProductPart.Description));
        Assert.Equal("null", Part(product, ProductPart.AvailabilityQuantity));
        Assert.False(product.Has(ProductPart.Brand));
        Assert.Equal(("17", "\"GBP\""), (Part(product, ProductPart.PriceConvertedFromAmount), Part(product, ProductPart.PriceConvertedFromCurrency)));
        Assert.Equal(("5.10", "3", "10"), (Part(product, ProductPart.CurrentBidPriceAmount), Part(product, ProductPart.BidCount), Part(product, ProductPart.AvailabilityMoreThan)));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), product.EndsAt);
    }

    [Fact]
    public void A_product_can_be_named_by_another_of_its_ids()
    {
        Assert.True(ProductJson.TryParse(Encoding.UTF8.GetBytes(Whole), out var product));

        var renamed = product.WithId("v1|1|0");

        Assert.Equal(["1", "v1|1|0"], product.Ids);
        Assert.Equal(("\"v1|1|0\"", "\"t\"", 3), (Part(renamed, ProductPart.Id), Part(renamed, ProductPart.Title), renamed.Version));
        Assert.Equal("\"1\"", Part(product, ProductPart.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x"} 1""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x" """)]
    [InlineData("""{"title":"t","fetchedAt":"x"}""")]
    [InlineData("""{"id":1,"title":"t","fetchedAt":"x"}""")]
    [InlineData("""{"id":"1","title":null,"fetchedAt":"x"}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","version":1.5}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","imageUrls":[null]}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","price":{"amount":1}}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","price":{"amount":"1","currency":"USD"}}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","currentBidPrice":{"amount":1}}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","priceConvertedFrom":{"currency":"USD"}}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","buyingOptions":"AUCTION"}""")]
    [InlineData("""{"id":"1","title":"t","fetchedAt":"x","seller":{}}""")]
    public void What_the_schema_could_not_promise_is_no_product(string json) =>
        Assert.False(ProductJson.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Whatever_a_service_stores_is_read() =>
        Gen.Select(Gen.String, Gen.String, Gen.Decimal, Gen.Int, Gen.Bool, Gen.String.Array).Sample((id, text, amount, number, some, urls) =>
        {
            var stored = CachedProduct.Write(
                JsonSerializer.SerializeToUtf8Bytes(new Product
                {
                    Id = id,
                    Marketplace = "ebay",
                    Title = text,
                    Price = some ? new Money(amount, text) : null,
                    Seller = some ? null : new Seller(text, number, amount),
                    Availability = new Availability(text, some ? number : null),
                    ImageUrls = urls,
                    FetchedAt = DateTimeOffset.UnixEpoch,
                    Version = number,
                }, ContractsJson.Default.Product),
                DateTimeOffset.UtcNow);
            return CachedProduct.TryRead(stored, out var cached)
                && ProductJson.TryParse(cached.Product, out var product)
                && product.Has(ProductPart.Price) == some
                && product.Has(ProductPart.Seller) == !some
                && Part(product, ProductPart.Version) == number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        });

    private static string Part(ProductJson product, ProductPart part)
    {
        var output = new ArrayBufferWriter<byte>();
        product.Write(part, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
