using GraphQL.Resolvers;
using GraphQL.Types;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema.Federation;
using Marketplace.Messaging.Contracts;

namespace Marketplace.Gateway.Schema.Search;

/// <summary>A page of products found, see https://relay.dev/graphql/connections.htm; only forward.</summary>
internal sealed class ProductConnectionType : ObjectGraphType
{
    public ProductConnectionType(ProductType product)
    {
        Name = "ProductConnection";
        Description = "A page of products found.";

        var edge = new ObjectGraphType { Name = "ProductEdge", Description = "A product found, and its place." };
        Add<Edge>(edge, "cursor", "Its place; give it as 'after' to go on from here.", new NonNullGraphType(new StringGraphType()), edge => edge.Hit.Cursor);
        Add<Edge>(edge, "node", "The product, as much as the marketplace tells of it in a list.", new NonNullGraphType(product),
            edge => new FoundProduct(edge.Hit.Product, edge.Marketplace, ProductSource.External));

        var pageInfo = new ObjectGraphType { Name = "PageInfo", Description = "Where a page stands among all." };
        pageInfo.Shareable();
        Add<FoundPage>(pageInfo, "hasNextPage", "Whether there are more after this page.", new NonNullGraphType(new BooleanGraphType()), page => page.Page.HasMore);
        Add<FoundPage>(pageInfo, "hasPreviousPage", "Whether there are some before this page.", new NonNullGraphType(new BooleanGraphType()), page => page.HasPrevious);
        Add<FoundPage>(pageInfo, "startCursor", "The first one's cursor; null on an empty page.", new StringGraphType(), page => page.Page.Hits is [var first, ..] ? first.Cursor : null);
        Add<FoundPage>(pageInfo, "endCursor", "The last one's cursor; null on an empty page.", new StringGraphType(), page => page.Page.Hits is [.., var last] ? last.Cursor : null);

        Add<FoundPage>(this, "edges", "The products of this page, in the marketplace's order.",
            new NonNullGraphType(new ListGraphType(new NonNullGraphType(edge))),
            page => page.Page.Hits.Select(hit => new Edge(hit, page.Marketplace)));
        Add<FoundPage>(this, "pageInfo", "Where this page stands among all.", new NonNullGraphType(pageInfo), page => page);
        Add<FoundPage>(this, "totalCount", "How many there are, as the marketplace says; it may be an estimate.", new NonNullGraphType(new IntGraphType()),
            page => (int)Math.Clamp(page.Page.Total, 0, int.MaxValue));
    }

    private static void Add<TSource>(ObjectGraphType owner, string name, string description, IGraphType type, Func<TSource, object?> value) => owner.AddField(new FieldType
    {
        Name = name,
        Description = description,
        ResolvedType = type,
        Resolver = new FuncFieldResolver<TSource, object>(context => value(context.Source)),
    });

    private sealed record Edge(SearchHit Hit, string Marketplace);
}
