using Marketplace.Contracts;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Tests.Gateway;

/// <summary>Answers by the id alone, at once.</summary>
internal sealed class KnownProducts : IProductReader
{
    private static readonly ProductJson Whole = SampleProducts.Parse("""
        {"id":"123","marketplace":"ebay","title":"Nike Men\u0027s \"Air\" é ü","description":"a\nb","price":{"amount":19.90,"currency":"USD"},
         "priceConvertedFrom":{"amount":17.00,"currency":"GBP"},"buyingOptions":["AUCTION","FIXED_PRICE"],"bidCount":3,
         "currentBidPrice":{"amount":5.10,"currency":"EUR"},"endsAt":"2026-02-01T00:00:00+00:00",
         "condition":"New","brand":"Nike","categoryPath":"A|B","imageUrls":["https://a/1.jpg","https://a/2.jpg"],"itemUrl":"https://a/itm/1",
         "seller":{"username":"u","feedbackScore":12,"feedbackPercentage":99.50},"availability":{"status":"IN_STOCK","quantity":3,"moreThan":2},
         "location":"Berlin, DE","fetchedAt":"2026-01-01T00:00:00+00:00","version":3}
        """);

    /// <summary>A product with nothing but what every product has.</summary>
    public const string BareText = """{"id":"bare","title":"","seller":{"username":"u"},"fetchedAt":"2026-01-01T00:00:00Z"}""";

    private static readonly ProductJson Bare = SampleProducts.Parse(BareText);

    public static ProductJson[] All => [Whole, Bare];

    public ValueTask<ProductResult> ReadAsync(ProductKey product, Caller caller, CancellationToken cancellationToken) => new(Read(product));

    public ValueTask<ProductResult[]> ReadAsync(ProductKey[] products, Caller caller, CancellationToken cancellationToken) => new(Array.ConvertAll(products, Read));

    public ProductResult? Find(ProductKey product) =>
        Read(product) is { Product: not null, Source: ProductSource.Memory } found ? found : null;

    private static ProductResult Read(ProductKey product) => product.Id switch
    {
        _ when !ProductId.IsValid(product.Id) => ProductResult.Absent,
        "absent" => ProductResult.Absent,
        "failing" => ProductResult.Failed(new ReplyError(ReplyErrorCodes.UpstreamUnavailable, $"Not now, <{product.Marketplace}>.")),
        "limited" => ProductResult.Failed(new ReplyError(ReplyErrorCodes.RateLimited, "Later.", 1500)),
        "bare" => ProductResult.Found(Bare, ProductSource.External),
        "123" or "7" => ProductResult.Found(Whole, ProductSource.Memory),
        _ => ProductResult.Found(Whole, (ProductSource)(product.Id.Length % 4)),
    };
}
