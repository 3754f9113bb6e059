using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to a member of an object within the stored product, as the JSON it is.</summary>
/// <param name="place">Its place among the object's members, from 1, in the order of <see cref="ProductPart"/>.</param>
internal sealed class PartMemberResolver(int place) : IFieldResolver
{
    /// <summary>The member's part.</summary>
    /// <param name="owner">The object's part.</param>
    public ProductPart PartOf(ProductPart owner) => (ProductPart)((int)owner + place);

    public ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var owner = (FoundPart)context.Source!;
        return new(PartResolver.Read(owner.Product.Json, PartOf(owner.Part)));
    }
}
