using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>What reading a product led to: found, absent or failed.</summary>
internal readonly struct ProductResult
{
    private ProductResult(ProductJson? product, ProductSource source, ReplyError? error) =>
        (Product, Source, Error) = (product, source, error);

    /// <summary>No such product; also <c>default</c>.</summary>
    public static ProductResult Absent => default;

    /// <summary>The product, unless it is absent or reading failed.</summary>
    public ProductJson? Product { get; }

    /// <summary>Which layer a found product came from.</summary>
    public ProductSource Source { get; }

    /// <summary>Why reading failed, if it did.</summary>
    public ReplyError? Error { get; }

    public static ProductResult Found(ProductJson product, ProductSource source) => new(product, source, null);

    public static ProductResult Failed(ReplyError error) => new(null, default, error);
}
