using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to a part of the stored product, as the JSON it is.</summary>
internal sealed class PartResolver(ProductPart part) : IFieldResolver
{
    public ProductPart Part => part;

    public ValueTask<object?> ResolveAsync(IResolveFieldContext context) => new(Read(((FoundProduct)context.Source!).Json, part));

    public static object? Read(ProductJson product, ProductPart part)
    {
        if (product.Has(part))
        {
            return new RawJson(product[part]);
        }

        var absent = ProductJson.ValueWhenAbsent(part);
        return absent.SequenceEqual("null"u8) ? null : new RawJson(absent.ToArray());
    }
}
