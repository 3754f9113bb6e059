using System.Collections;
using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to the products its arguments name, in their order.</summary>
/// <param name="products">Reads products.</param>
/// <param name="limit">How many may be asked for at once.</param>
internal sealed class ProductsByIdResolver(IProductReader products, int limit) : IFieldResolver
{
    public const string IdsArgument = "ids";

    /// <summary>How many may be asked for at once.</summary>
    public int Limit => limit;

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var marketplace = (string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!;
        var keys = Array.ConvertAll(Ids(context, limit)!, id => new ProductKey(marketplace, id));
        return new ProductList(IdsArgument, keys, await products.ReadAsync(keys, Caller.Of(context), context.CancellationToken));
    }

    /// <summary>The ids that the field's argument names; <c>null</c> when it is not given.</summary>
    /// <exception cref="Errors.GatewayError">There are more than <paramref name="limit"/>.</exception>
    public static string[]? Ids(IResolveFieldContext context, int limit)
    {
        var ids = (context.Arguments![IdsArgument].Value as IEnumerable)?.Cast<object>().Select(ProductByIdResolver.Text).ToArray();
        return ids?.Length > limit ? throw ProductErrors.TooMany(IdsArgument, limit) : ids;
    }
}
