using GraphQL.Types;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema.Federation;
using Marketplace.Gateway.Schema.Search;

namespace Marketplace.Gateway.Schema;

internal sealed class QueryType : ObjectGraphType
{
    public QueryType(IProductReader products, IProductSearch search, ProductType product, MarketplaceType marketplace, GatewayOptions options)
    {
        var (defaultMarketplace, idsLimit) = (options.Marketplaces[0], options.Limits.Ids);
        Name = "Query";
        Description = "What can be read.";

        AddField(new FieldType
        {
            Name = "getProductById",
            Description = $"The product with this id on {defaultMarketplace}; null when there is none.",
            Arguments = new QueryArguments(IdArgument()),
            ResolvedType = product,
            Resolver = new ProductByIdResolver(products, defaultMarketplace),
        });
        AddField(new FieldType
        {
            Name = "product",
            Description = "The product with this id on this marketplace; null when there is none.",
            Arguments = new QueryArguments(MarketplaceArgument(marketplace, "The marketplace it is sold on."), IdArgument()),
            ResolvedType = product,
            Resolver = new ProductByIdResolver(products, null),
        });
        AddField(new FieldType
        {
            Name = "products",
            Description = $"The products with these ids on this marketplace, in the order of the ids; null in the place of each that there is none of or that could not be read (then there is an error for its place).",
            Arguments = new QueryArguments(
                MarketplaceArgument(marketplace, "The marketplace they are sold on."),
                new QueryArgument(new NonNullGraphType(new ListGraphType(new NonNullGraphType(new IdGraphType()))))
                {
                    Name = ProductsByIdResolver.IdsArgument,
                    Description = $"The marketplace's own ids, at most {idsLimit}.",
                }),
            ResolvedType = new ListGraphType(product),
            Resolver = new ProductsByIdResolver(products, idsLimit),
        });
        AddField(new FieldType
        {
            Name = "searchProducts",
            Description = "Products that this marketplace finds for a query, a page at a time; read one by its id for all that is known of it.",
            Arguments = new QueryArguments(
                MarketplaceArgument(marketplace, "The marketplace to search."),
                new QueryArgument(new NonNullGraphType(new StringGraphType()))
                {
                    Name = SearchResolver.QueryArgument,
                    Description = $"What to search for: 1-{SearchResolver.LongestQuery} characters.",
                },
                new QueryArgument(new IntGraphType())
                {
                    Name = SearchResolver.FirstArgument,
                    Description = $"How many at most: 1-{SearchResolver.MostFirst}.",
                    DefaultValue = SearchResolver.UsualFirst,
                },
                new QueryArgument(new StringGraphType())
                {
                    Name = SearchResolver.AfterArgument,
                    Description = "A cursor of an earlier page: begins after it.",
                }),
            ResolvedType = new ProductConnectionType(product),
            Resolver = new SearchResolver(search),
        });
        this.AddFederation(product, new EntitiesResolver(products, marketplace, idsLimit), isShown: options.Explorable is true);
    }

    public static QueryArgument MarketplaceArgument(MarketplaceType marketplace, string description) => new(new NonNullGraphType(marketplace))
    {
        Name = ProductByIdResolver.MarketplaceArgument,
        Description = description,
    };

    public static QueryArgument IdArgument() => new(new NonNullGraphType(new IdGraphType()))
    {
        Name = ProductByIdResolver.IdArgument,
        Description = $"The marketplace's own id: {Messaging.Contracts.ProductId.Rule}.",
    };
}
