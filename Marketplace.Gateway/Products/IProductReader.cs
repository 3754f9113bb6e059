using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Products;

/// <summary>Reads products for the schema's fields. Failures are in the results; only cancellation throws.</summary>
internal interface IProductReader
{
    /// <summary>Reads one product.</summary>
    /// <param name="product">The product; one without a marketplace, or whose id is not of the allowed form, is absent without being read.</param>
    /// <param name="caller">The client; each may ask marketplaces for so many products only.</param>
    /// <param name="cancellationToken">Ends this caller's wait; others waiting for the same product are not disturbed.</param>
    ValueTask<ProductResult> ReadAsync(ProductKey product, Caller caller, CancellationToken cancellationToken);

    /// <summary>Reads several products at once; the results are in the order of the keys.</summary>
    /// <inheritdoc cref="ReadAsync(ProductKey, Caller, CancellationToken)"/>
    ValueTask<ProductResult[]> ReadAsync(ProductKey[] products, Caller caller, CancellationToken cancellationToken);

    /// <summary>The product if no wait is needed for it, as <see cref="ReadAsync(ProductKey, Caller, CancellationToken)"/> would give it.</summary>
    ProductResult? Find(ProductKey product) => null;
}
