using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field whose object is part of the product, such as its price: the object's fields take theirs from the same product.</summary>
internal sealed class NestedResolver(ProductPart part) : IFieldResolver
{
    public ProductPart Part => part;

    public ValueTask<object?> ResolveAsync(IResolveFieldContext context) =>
        new(((FoundProduct)context.Source!).Json.Has(part) ? context.Source : null);
}
