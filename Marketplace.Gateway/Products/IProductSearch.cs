using Marketplace.Gateway.Errors;

namespace Marketplace.Gateway.Products;

/// <summary>Searches marketplaces.</summary>
internal interface IProductSearch
{
    /// <summary>Finds products, in the marketplace's order.</summary>
    /// <param name="marketplace">A marketplace the gateway serves.</param>
    /// <param name="query">What to search for: 1-300 characters.</param>
    /// <param name="limit">How many at most: 1-100.</param>
    /// <param name="after">The cursor of the hit after which to begin; <c>null</c>: at the first one.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="GatewayError">The service does not answer, refuses for now, cannot search, or does not know the cursor.</exception>
    Task<SearchPage> SearchAsync(string marketplace, string query, int limit, string? after, CancellationToken cancellationToken);
}

/// <summary>A part of what a search finds.</summary>
/// <param name="Hits">The products found.</param>
/// <param name="Total">How many the marketplace says there are.</param>
/// <param name="HasMore">Whether there are more after these.</param>
internal sealed record SearchPage(IReadOnlyList<SearchHit> Hits, long Total, bool HasMore);

/// <summary>A product found.</summary>
/// <param name="Cursor">Its place, to go on from; opaque.</param>
/// <param name="Product">What the marketplace tells of it in a list.</param>
internal sealed record SearchHit(string Cursor, ProductJson Product);
