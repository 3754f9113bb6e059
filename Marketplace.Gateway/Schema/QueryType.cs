using GraphQL.Types;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

internal sealed class QueryType : ObjectGraphType
{
    public QueryType(IProductReader products, MarketplaceType marketplace, string defaultMarketplace, int idsLimit)
    {
        Name = "Query";
        Description = "What can be read.";

        var product = new ProductType(marketplace);
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
    }

    private static QueryArgument MarketplaceArgument(MarketplaceType marketplace, string description) => new(new NonNullGraphType(marketplace))
    {
        Name = ProductByIdResolver.MarketplaceArgument,
        Description = description,
    };

    private static QueryArgument IdArgument() => new(new NonNullGraphType(new IdGraphType()))
    {
        Name = ProductByIdResolver.IdArgument,
        Description = $"The marketplace's own id: {Messaging.Contracts.ProductId.Rule}.",
    };
}
