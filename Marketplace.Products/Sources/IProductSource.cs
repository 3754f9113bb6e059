using Marketplace.Messaging.Contracts;

namespace Marketplace.Products;

/// <summary>
/// A marketplace's own API: all that a new marketplace has to bring.
/// Called with ids of the form <see cref="ProductId"/> allows; retries, time-outs and circuit breaking are the source's own.
/// </summary>
public interface IProductSource
{
    /// <summary>Reads one product.</summary>
    /// <param name="id">The id asked for; the product returned carries the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The product, or <c>null</c> when the marketplace has no such product.</returns>
    /// <exception cref="ProductSourceException">The marketplace gave no answer to the question.</exception>
    Task<Product?> GetAsync(string id, CancellationToken cancellationToken);
}
