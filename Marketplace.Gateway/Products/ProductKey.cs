namespace Marketplace.Gateway.Products;

/// <summary>Names a product.</summary>
/// <param name="Marketplace">A marketplace the gateway serves; <c>null</c> where an entity's representation is not one of a product.</param>
/// <param name="Id">The marketplace's own id, as the client sent it.</param>
internal readonly record struct ProductKey(string Marketplace, string Id);
