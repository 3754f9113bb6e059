namespace Marketplace.Gateway.Products;

/// <summary>Has products read anew from their marketplace. Failures are in the result; only cancellation throws.</summary>
internal interface IProductRefresher
{
    /// <summary>Asks the marketplace for a product whatever is kept of it; the service stores what it says.</summary>
    /// <param name="marketplace">A marketplace the gateway serves.</param>
    /// <param name="id">The product's id; one of another form than allowed is absent, without being asked about.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ProductResult> RefreshAsync(string marketplace, string id, CancellationToken cancellationToken);
}
