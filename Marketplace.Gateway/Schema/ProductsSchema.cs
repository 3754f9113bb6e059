using System.Diagnostics.CodeAnalysis;
using GraphQL;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Gateway.Schema.Federation;
using Marketplace.Gateway.Security;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Schema;

/// <summary>The gateway's schema.</summary>
internal sealed class ProductsSchema : GraphQL.Types.Schema
{
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The library makes no type of the schema by reflection: each is given to it.")]
    public ProductsSchema(IProductReader products, GrpcProductClient client, ClientLimits limits, IOptions<GatewayOptions> options)
    {
        Description = "Products of marketplaces: read near where they are cached, else from the marketplace itself.";
        Features = new ExperimentalFeatures { RepeatableDirectives = true, DeprecationOfInputValues = true };
        Directives.Register(SpecifiedBy.Directive());
        RegisterVisitor(new SpecifiedBy());
        RegisterVisitor(new SpecifiedIntrospection());
        Filter = new SpecifiedIntrospection.Filter();

        var marketplace = new MarketplaceType(options.Value.Marketplaces);
        var product = new ProductType(marketplace);
        this.RegisterFederation();
        Query = new QueryType(products, client, limits, product, marketplace, options.Value);
        Mutation = new MutationType(client, limits, product, marketplace);
        Subscription = new SubscriptionType(product, marketplace, options.Value.Limits.Ids);
        this.Initialize();
    }
}
