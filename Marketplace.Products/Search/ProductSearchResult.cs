namespace Marketplace.Products.Search;

/// <summary>The result of a search.</summary>
/// <param name="Hits">The hits, in the marketplace's order.</param>
/// <param name="Total">How many the marketplace says there are.</param>
/// <param name="HasMore">Whether there are hits after the last one of these.</param>
internal sealed record ProductSearchResult(IReadOnlyList<ProductHit> Hits, long Total, bool HasMore);
