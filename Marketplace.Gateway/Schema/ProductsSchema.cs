using GraphQL;
using Marketplace.Gateway.Products;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Schema;

/// <summary>The gateway's schema.</summary>
internal sealed class ProductsSchema : GraphQL.Types.Schema
{
    public ProductsSchema(IProductReader products, IOptions<GatewayOptions> options)
    {
        Description = "Products of marketplaces: read near where they are cached, else from the marketplace itself.";
        Features = new ExperimentalFeatures { RepeatableDirectives = true, DeprecationOfInputValues = true };
        Directives.Register(SpecifiedBy.Directive());
        RegisterVisitor(new SpecifiedBy());

        var marketplaces = options.Value.Marketplaces;
        Query = new QueryType(products, new MarketplaceType(marketplaces), marketplaces[0], options.Value.Limits.Ids);
        this.Initialize();
    }
}
