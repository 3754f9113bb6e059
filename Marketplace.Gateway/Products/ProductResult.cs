using Marketplace.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>The outcome of reading a product: found, absent (also <c>default</c>) or failed.</summary>
internal readonly struct ProductResult
{
    private ProductResult(ProductJson? product, ProductSource source, ReplyError? error, bool isUnanswered = false) =>
        (Product, Source, Error, IsUnanswered) = (product, source, error, isUnanswered);

    public static ProductResult Absent => default;

    /// <summary>The product, unless it is absent or reading failed.</summary>
    public ProductJson? Product { get; }

    /// <summary>Which layer a found product came from.</summary>
    public ProductSource Source { get; }

    /// <summary>Why reading failed, if it did.</summary>
    public ReplyError? Error { get; }

    /// <summary>Whether the marketplace's service gave no response at all, so that another transport may succeed.</summary>
    public bool IsUnanswered { get; }

    public static ProductResult Found(ProductJson product, ProductSource source) => new(product, source, null);

    /// <summary>
    /// The result for a caller who asked over two transports: a product fetched since then came from the marketplace, also when the
    /// second transport found it cached already. Fetching is timed by the service's clock.
    /// </summary>
    /// <param name="requestedAt">When the caller asked.</param>
    public ProductResult WithSourceSince(DateTimeOffset requestedAt) =>
        Product is { } product && product.FetchedAt >= requestedAt ? Found(product, ProductSource.External) : this;

    /// <summary>The marketplace's service reported that it failed.</summary>
    public static ProductResult Failed(ReplyError error) => new(null, default, error);

    /// <summary>The marketplace's service gave no response, or not one that can be read.</summary>
    public static ProductResult Unanswered(string code, string message) => new(null, default, new ReplyError(code, message), isUnanswered: true);
}
