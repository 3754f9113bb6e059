using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to the product its arguments name, read anew from its marketplace.</summary>
internal sealed class RefreshProductResolver(IProductRefresher refresher) : IFieldResolver
{
    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var marketplace = (string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!;
        var id = ProductByIdResolver.Text(context.Arguments[ProductByIdResolver.IdArgument].Value);
        var result = await refresher.RefreshAsync(marketplace, id, context.CancellationToken);
        return ProductErrors.Of(result, id, ProductByIdResolver.IdArgument) is { } error ? throw error : FoundProduct.From(result, marketplace);
    }
}
