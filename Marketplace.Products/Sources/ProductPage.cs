using Marketplace.Contracts;

namespace Marketplace.Products;

/// <summary>A page of what a marketplace's search found.</summary>
/// <param name="Products">The products, in the marketplace's order, with the fields that its lists have.</param>
/// <param name="Total">How many the marketplace says there are.</param>
/// <param name="HasMore">Whether it gives another page after this one.</param>
public sealed record ProductPage(IReadOnlyList<Product> Products, long Total, bool HasMore);
