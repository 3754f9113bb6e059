namespace Marketplace.Gateway.Products.Transports;

/// <summary>A transport by which a marketplace's service is asked for a product.</summary>
internal interface IProductTransport
{
    /// <summary>Asks and waits. Failures are in the result; only cancellation throws.</summary>
    /// <param name="product">The product; its id has the allowed form.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ProductResult> GetAsync(ProductKey product, TimeSpan timeout, CancellationToken cancellationToken);
}
