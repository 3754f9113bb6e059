using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>What reading a product led to: found, absent or failed.</summary>
internal readonly struct ProductResult
{
    private ProductResult(ProductJson? product, ProductSource source, ReplyError? error, bool isUnanswered = false) =>
        (Product, Source, Error, IsUnanswered) = (product, source, error, isUnanswered);

    /// <summary>No such product; also <c>default</c>.</summary>
    public static ProductResult Absent => default;

    /// <summary>The product, unless it is absent or reading failed.</summary>
    public ProductJson? Product { get; }

    /// <summary>Which layer a found product came from.</summary>
    public ProductSource Source { get; }

    /// <summary>Why reading failed, if it did.</summary>
    public ReplyError? Error { get; }

    /// <summary>Whether the marketplace's service gave no answer at all, so that it may be worth asking in another way.</summary>
    public bool IsUnanswered { get; }

    public static ProductResult Found(ProductJson product, ProductSource source) => new(product, source, null);

    /// <summary>
    /// The result for somebody who has asked in two ways: what was fetched only since then came from the marketplace, also when the
    /// second way found it kept already. Fetching is timed by the service's clock.
    /// </summary>
    /// <param name="asked">When they asked.</param>
    public ProductResult AskedAt(DateTimeOffset asked) =>
        Product is { } product && product.FetchedAt >= asked ? Found(product, ProductSource.External) : this;

    /// <summary>The marketplace's service says that it failed.</summary>
    public static ProductResult Failed(ReplyError error) => new(null, default, error);

    /// <summary>The marketplace's service said nothing, or nothing that can be read.</summary>
    public static ProductResult Unanswered(ReplyError error) => new(null, default, error, isUnanswered: true);
}
