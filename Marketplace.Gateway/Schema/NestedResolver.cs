using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field whose object is part of the product, such as its price: the object's fields are its members, see <see cref="PartMemberResolver"/>.</summary>
internal sealed class NestedResolver(ProductPart part) : IFieldResolver
{
    public ProductPart Part => part;

    public ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var product = (FoundProduct)context.Source!;
        return new(product.Json.Has(part) ? new FoundPart(product, part) : null);
    }
}
