using GraphQL.Types;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema;

internal sealed class MutationType : ObjectGraphType
{
    public MutationType(GrpcProductClient client, ClientLimits limits, ProductType product, MarketplaceType marketplace)
    {
        Name = "Mutation";
        Description = "What can be changed.";

        this.AddField(
            "refreshProduct",
            "Has a product read anew from its marketplace and stored; null when there is none.",
            product,
            new ProductByIdResolver(
                async (key, caller, cancellationToken) => await limits.TakeColdReadAsync(caller, cancellationToken) is { } wait
                    ? ProductResult.Failed(GatewayError.TooManyColdReads(wait))
                    : await client.RefreshAsync(key, cancellationToken),
                null),
            QueryType.MarketplaceArgument(marketplace, "The marketplace it is sold on."),
            QueryType.IdArgument()).RequireScope(RequiredScope.ProductsWrite);
    }
}
