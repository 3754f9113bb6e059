namespace Marketplace.Gateway.Products;

/// <summary>A product found by a search.</summary>
/// <param name="Cursor">Its place, to continue from; opaque.</param>
/// <param name="Product">What the marketplace returns for it in a list, which may be less than what it returns for one product.</param>
internal sealed record ProductHit(string Cursor, FoundProduct Product);
