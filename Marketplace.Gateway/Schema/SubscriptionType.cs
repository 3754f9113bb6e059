using GraphQL.Types;

namespace Marketplace.Gateway.Schema;

internal sealed class SubscriptionType : ObjectGraphType
{
    public SubscriptionType(ProductType product, MarketplaceType marketplace, int idsLimit)
    {
        var resolver = new ProductPersistedResolver(idsLimit);
        Name = "Subscription";
        Description = "What can be listened to.";

        this.AddField(
            "productPersisted",
            "Each product as it is stored, from now on, and each that the marketplace has no more: with the availability GONE, the id as title and nothing else of it. The same version may come twice. A listener that falls too far behind gets an error that says so, and reads again.",
            new NonNullGraphType(product),
            resolver,
            QueryType.MarketplaceArgument(marketplace, "The marketplace it is sold on."),
            QueryType.IdsArgument($"The marketplace's own ids, at most {idsLimit}; all products of the marketplace when it is left out.")).StreamResolver = resolver;
    }
}
