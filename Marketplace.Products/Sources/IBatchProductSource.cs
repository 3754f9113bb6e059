using Marketplace.Contracts;

namespace Marketplace.Products;

/// <summary>
/// A marketplace that answers for several products in one call. Reads of different products that wait at the same time then share a call;
/// <see cref="IProductSource.GetAsync"/> is not used.
/// </summary>
public interface IBatchProductSource : IProductSource
{
    /// <summary>How many ids a call may have: 2 or more, the same at all times.</summary>
    int MaxBatchSize { get; }

    /// <summary>Reads several products in one call.</summary>
    /// <param name="ids">1 to <see cref="MaxBatchSize"/> different ids, each one that <see cref="IProductSource.IsValidId"/> allows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>By id: the product, or <c>null</c> when the marketplace has no such product. An id left out has had no answer.</returns>
    /// <exception cref="ProductSourceException">The marketplace gave no answer to the question; it holds for each of the ids.</exception>
    Task<IReadOnlyDictionary<string, Product?>> GetManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    async Task<Product?> IProductSource.GetAsync(string id, CancellationToken cancellationToken) =>
        (await GetManyAsync([id], cancellationToken)).TryGetValue(id, out var product)
            ? product
            : throw ProductSourceException.Unavailable("The marketplace left the product out of its answer.");
}
