using GraphQL.Types;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema.Federation;

namespace Marketplace.Gateway.Schema.Search;

/// <summary>A page of products found, see https://relay.dev/graphql/connections.htm; only forward.</summary>
internal sealed class ProductConnectionType : ObjectGraphType
{
    public ProductConnectionType(ProductType product)
    {
        Name = "ProductConnection";
        Description = "A page of products found.";

        var edge = new ObjectGraphType { Name = "ProductEdge", Description = "A product found, and its place." };
        edge.AddField<ProductHit>("cursor", "Its place; give it as 'after' to go on from here.", new NonNullGraphType(new StringGraphType()), hit => hit.Cursor);
        edge.AddField<ProductHit>("node", "The product, as much as the marketplace returns for it in a list.", new NonNullGraphType(product), hit => hit.Product);

        var pageInfo = new ObjectGraphType { Name = "PageInfo", Description = "Where a page stands among all." };
        pageInfo.Shareable();
        pageInfo.AddField<ProductPage>("hasNextPage", "Whether there are more after this page.", new NonNullGraphType(new BooleanGraphType()), page => page.HasNext);
        pageInfo.AddField<ProductPage>("hasPreviousPage", "Whether there are some before this page.", new NonNullGraphType(new BooleanGraphType()), page => page.HasPrevious);
        pageInfo.AddField<ProductPage>("startCursor", "The first one's cursor; null on an empty page.", new StringGraphType(), page => page.Hits is [var first, ..] ? first.Cursor : null);
        pageInfo.AddField<ProductPage>("endCursor", "The last one's cursor; null on an empty page.", new StringGraphType(), page => page.Hits is [.., var last] ? last.Cursor : null);

        this.AddField<ProductPage>("edges", "The products of this page, in the marketplace's order.", new NonNullGraphType(new ListGraphType(new NonNullGraphType(edge))), page => page.Hits);
        this.AddField<ProductPage>("pageInfo", "Where this page stands among all.", new NonNullGraphType(pageInfo), page => page);
        this.AddField<ProductPage>("totalCount", "How many there are, as the marketplace says; it may be an estimate.", new NonNullGraphType(new IntGraphType()),
            page => (int)Math.Clamp(page.Total, 0, int.MaxValue));
    }
}
