using GraphQL.Types;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema;

internal sealed class MutationType : ObjectGraphType
{
    public MutationType(IProductRefresher refresher, ProductType product, MarketplaceType marketplace)
    {
        Name = "Mutation";
        Description = "What can be changed.";

        AddField(new FieldType
        {
            Name = "refreshProduct",
            Description = "Has a product read anew from its marketplace and stored; null when there is none.",
            Arguments = new QueryArguments(
                QueryType.MarketplaceArgument(marketplace, "The marketplace it is sold on."),
                QueryType.IdArgument()),
            ResolvedType = product,
            Resolver = new RefreshProductResolver(refresher),
        }.RequireScope(RequiredScope.ProductsWrite));
    }
}
