namespace Marketplace.Gateway.Products;

/// <summary>A page of what a search finds, in the marketplace's order.</summary>
/// <param name="Hits">The products found.</param>
/// <param name="Total">How many the marketplace says there are; may be an estimate.</param>
/// <param name="HasNext">Whether there are hits after these.</param>
/// <param name="HasPrevious">Whether there are hits before these.</param>
/// <param name="Calls">How many calls to the marketplace it took.</param>
internal sealed record ProductPage(ProductHit[] Hits, long Total, bool HasNext, bool HasPrevious, int Calls);
