namespace Marketplace.Gateway.Products;

/// <summary>What the fields of an object within a product, such as its price, are resolved from.</summary>
/// <param name="Product">The product.</param>
/// <param name="Part">The object; its members are the parts that follow.</param>
internal sealed record FoundPart(FoundProduct Product, ProductPart Part);
