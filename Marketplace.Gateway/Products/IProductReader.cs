namespace Marketplace.Gateway.Products;

/// <summary>Reads products for the schema's fields. Failures are in the results; only cancellation throws.</summary>
internal interface IProductReader
{
    /// <summary>Reads one product.</summary>
    /// <param name="marketplace">A marketplace the gateway serves.</param>
    /// <param name="id">The product's id; one of another form than allowed is absent, without being read.</param>
    /// <param name="cancellationToken">Ends this caller's wait; others waiting for the same product are not disturbed.</param>
    ValueTask<ProductResult> ReadAsync(string marketplace, string id, CancellationToken cancellationToken);

    /// <summary>The product if it can be had without waiting, as <see cref="ReadAsync(string, string, CancellationToken)"/> would give it.</summary>
    /// <param name="marketplace">A marketplace the gateway serves.</param>
    /// <param name="id">The product's id.</param>
    ProductResult? Find(string marketplace, string id) => null;

    /// <summary>Reads several products at once; the results are in the order of the ids.</summary>
    /// <inheritdoc cref="ReadAsync(string, string, CancellationToken)"/>
    ValueTask<ProductResult[]> ReadAsync(string marketplace, string[] ids, CancellationToken cancellationToken);
}
