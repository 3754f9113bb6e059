namespace Marketplace.Messaging.Contracts;

/// <summary>The command on <c>{marketplace}.product.get</c>.</summary>
/// <param name="ProductId">The id asked for; see <see cref="Contracts.ProductId"/>.</param>
public sealed record GetProduct(string ProductId);
