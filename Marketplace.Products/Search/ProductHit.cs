using Marketplace.Contracts;

namespace Marketplace.Products.Search;

/// <summary>A hit of a search.</summary>
/// <param name="Cursor">Opaque, and does not expire; a search with this cursor begins after the hit.</param>
/// <param name="Product">The product as the marketplace's lists show it, which may be with fewer fields than when it is read alone.</param>
internal sealed record ProductHit(string Cursor, Product Product);
