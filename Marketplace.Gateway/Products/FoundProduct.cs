using Marketplace.Contracts;

namespace Marketplace.Gateway.Products;

/// <summary>What the fields of a product and of its parts are resolved from.</summary>
internal sealed record FoundProduct(ProductJson Json, string Marketplace, ProductSource Source)
{
    public static FoundProduct? From(ProductResult result, string marketplace) =>
        result.Product is { } product ? new(product, marketplace, result.Source) : null;
}
