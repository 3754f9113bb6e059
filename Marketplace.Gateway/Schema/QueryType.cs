using GraphQL.Types;
using Marketplace.Contracts;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Gateway.Schema.Federation;
using Marketplace.Gateway.Schema.Search;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema;

internal sealed class QueryType : ObjectGraphType
{
    /// <summary>The marketplace of <c>getProductById</c>, which names none; without it there is no such field.</summary>
    private const string DefaultMarketplace = "ebay";

    public QueryType(IProductReader products, GrpcProductClient client, ClientLimits limits, ProductType product, MarketplaceType marketplace, GatewayOptions options)
    {
        var idsLimit = options.Limits.Ids;
        Name = "Query";
        Description = "What can be read.";

        if (options.Marketplaces.Contains(DefaultMarketplace))
        {
            this.AddField(
                "getProductById",
                $"The product with this id on {DefaultMarketplace}; null when there is none.",
                product,
                new ProductByIdResolver(products.ReadAsync, DefaultMarketplace),
                IdArgument());
        }

        this.AddField(
            "product",
            "The product with this id on this marketplace; null when there is none.",
            product,
            new ProductByIdResolver(products.ReadAsync, null),
            MarketplaceArgument(marketplace, "The marketplace it is sold on."),
            IdArgument());
        this.AddField(
            "productByGlobalId",
            "The product with this global id; null when there is none.",
            product,
            new ProductByGlobalIdResolver(products, marketplace),
            SchemaBuilding.Argument(GlobalId.FieldName, "A product's globalId.", new NonNullGraphType(new IdGraphType())));
        this.AddField(
            "products",
            "The products with these ids on this marketplace, in the order of the ids; null in the place of each that there is none of or that could not be read (then there is an error for its place).",
            new ListGraphType(product),
            new ProductsByIdResolver(products, idsLimit),
            MarketplaceArgument(marketplace, "The marketplace they are sold on."),
            IdsArgument($"The marketplace's own ids, at most {idsLimit}.", isRequired: true));
        this.AddField(
            "searchProducts",
            "Products that this marketplace finds for a query, a page at a time; read one by its id for all that is known of it.",
            new ProductConnectionType(product),
            new SearchResolver(client, limits),
            [
                MarketplaceArgument(marketplace, "The marketplace to search."),
                SchemaBuilding.Argument(SearchResolver.QueryArgument, $"What to search for: 1-{SearchRules.MaxQueryLength} characters.", new NonNullGraphType(new StringGraphType())),
                SchemaBuilding.Argument(SearchResolver.FirstArgument, $"How many at most: 1-{SearchResolver.LargestFirst}.", new IntGraphType(), SearchResolver.DefaultFirst),
                SchemaBuilding.Argument(SearchResolver.AfterArgument, "A cursor of an earlier page of the same search: begins after it.", new StringGraphType()),
                .. SearchFilterArguments.All(),
            ]);
        this.AddFederation(product, new EntitiesResolver(products, marketplace, options.Limits.Entities), isShown: options.Explorable is true);
    }

    public static QueryArgument MarketplaceArgument(MarketplaceType marketplace, string description) =>
        SchemaBuilding.Argument(ProductByIdResolver.MarketplaceArgument, description, new NonNullGraphType(marketplace));

    public static QueryArgument IdArgument() =>
        SchemaBuilding.Argument(ProductByIdResolver.IdArgument, $"The marketplace's own id: {ProductId.Rule}.", new NonNullGraphType(new IdGraphType()));

    public static QueryArgument IdsArgument(string description, bool isRequired = false)
    {
        var type = new ListGraphType(new NonNullGraphType(new IdGraphType()));
        return SchemaBuilding.Argument(ProductsByIdResolver.IdsArgument, description, isRequired ? new NonNullGraphType(type) : type);
    }
}
