using GraphQL.Types;

namespace Marketplace.Gateway.Schema;

internal sealed class SubscriptionType : ObjectGraphType
{
    public SubscriptionType(ProductType product, MarketplaceType marketplace, int idsLimit)
    {
        var resolver = new ProductPersistedResolver(idsLimit);
        Name = "Subscription";
        Description = "What can be listened to.";

        AddField(new FieldType
        {
            Name = "productPersisted",
            Description = "Each product as it is stored, from now on. The same version may come twice. A listener that falls too far behind is told so by an error, and reads again.",
            Arguments = new QueryArguments(
                QueryType.MarketplaceArgument(marketplace, "The marketplace it is sold on."),
                new QueryArgument(new ListGraphType(new NonNullGraphType(new IdGraphType())))
                {
                    Name = ProductsByIdResolver.IdsArgument,
                    Description = $"The marketplace's own ids, at most {idsLimit}; all products of the marketplace when it is left out.",
                }),
            ResolvedType = new NonNullGraphType(product),
            Resolver = resolver,
            StreamResolver = resolver,
        });
    }
}
