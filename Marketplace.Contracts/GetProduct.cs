namespace Marketplace.Contracts;

/// <summary>The command on <c>{marketplace}.product.get</c>.</summary>
/// <param name="ProductId">The id of the product; see <see cref="Contracts.ProductId"/>.</param>
public sealed record GetProduct(string ProductId);
