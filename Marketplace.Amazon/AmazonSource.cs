using System.Buffers;
using Marketplace.Amazon.Catalog;
using Marketplace.Contracts;
using Marketplace.Products;

namespace Marketplace.Amazon;

/// <summary>Amazon as a source of products, by its Creators API.</summary>
internal sealed class AmazonSource(CatalogClient catalog, GuardedCalls calls) : IBatchProductSource
{
    /// <summary>Amazon takes ten ids a call, and gives ten pages of ten hits.</summary>
    private const int Batch = 10;

    private static readonly SearchValues<char> AsinCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    public int MaxBatchSize => Batch;
    public int SearchPageSize => Batch;
    public int SearchEnd => 10 * Batch;

    /// <summary>Amazon's licence: offers may be kept for an hour, all else but the ASIN for a day.</summary>
    public RetentionPolicy Retention { get; } = new(Offers: TimeSpan.FromHours(1), Items: TimeSpan.FromHours(24));

    /// <summary>Whether it is an ASIN, which for a book is its ISBN-10.</summary>
    public bool IsValidId(string id) => id.Length == 10 && !id.AsSpan().ContainsAnyExcept(AsinCharacters);

    public Task<IReadOnlyDictionary<string, Product?>> GetManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        calls.AskAsync<IReadOnlyDictionary<string, Product?>>(async askedAt => ByAsin(ids, await catalog.GetItemsAsync(ids, cancellationToken), askedAt));

    public Task<ProductPage> SearchAsync(string query, SearchFilter filter, int offset, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(async askedAt =>
        {
            if (filter.Condition is { } condition and not ProductCondition.New)
            {
                throw ProductSourceException.Refused($"Amazon cannot be searched for {(condition == ProductCondition.Used ? "used" : "refurbished")} products alone.", "condition");
            }

            var answer = await catalog.SearchAsync(query, filter, (offset / limit) + 1, limit, cancellationToken);
            if (answer.SearchResult is null && answer.Errors?.FirstOrDefault(error => error is { IsAbsence: false }) is { } error)
            {
                throw ProductSourceException.Unavailable($"Amazon answered with {LogText.Clean(error.Code)}.");
            }

            var total = answer.SearchResult?.TotalResultCount ?? 0;
            return new ProductPage([.. Products(answer, askedAt)], total, offset + limit < Math.Min(total, SearchEnd));
        });

    // An id that is in neither list has no answer, unless Amazon names no item at all: then it has none of them.
    private Dictionary<string, Product?> ByAsin(IReadOnlyList<string> ids, CatalogAnswer answer, DateTimeOffset askedAt)
    {
        var errors = (answer.Errors ?? []).OfType<ItemError>().ToList();
        var isEmpty = !answer.Items.Any() && errors.TrueForAll(error => error.IsAbsence);
        var found = Products(answer, askedAt).Where(product => ids.Contains(product.Id)).DistinctBy(product => product.Id).ToDictionary(product => product.Id, Product? (product) => product);
        foreach (var id in ids.Where(id => isEmpty || errors.Exists(error => error.IsAbsence && error.Message?.Contains(id, StringComparison.Ordinal) == true)))
        {
            found.TryAdd(id, null);
        }

        return found;
    }

    private IEnumerable<Product> Products(CatalogAnswer answer, DateTimeOffset askedAt) =>
        answer.Items.Where(item => item.Asin is { } asin && IsValidId(asin)).Select(item => item.ToProduct(askedAt)).OfType<Product>();
}
