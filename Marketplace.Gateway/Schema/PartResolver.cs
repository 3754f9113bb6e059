using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to a part of the stored product, as the JSON it is.</summary>
internal sealed class PartResolver(ProductPart part) : IFieldResolver
{
    public ProductPart Part => part;

    public ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var product = ((FoundProduct)context.Source!).Json;
        if (product.Has(part))
        {
            return new(new RawJson(product[part]));
        }

        var absent = ProductJson.ValueWhenAbsent(part);
        return new(absent.SequenceEqual("null"u8) ? null : new RawJson(absent.ToArray()));
    }
}
