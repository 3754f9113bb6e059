using System.Collections;
using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to the products its arguments name, in their order.</summary>
/// <param name="products">Where products are read.</param>
/// <param name="limit">How many may be asked for at once.</param>
internal sealed class ProductsByIdResolver(IProductReader products, int limit) : IFieldResolver
{
    public const string IdsArgument = "ids";

    /// <summary>How many may be asked for at once.</summary>
    public int Limit => limit;

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var from = (string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!;
        var ids = ((IEnumerable)context.Arguments[IdsArgument].Value!).Cast<object>().Select(ProductByIdResolver.Text).ToArray();
        return ids.Length > limit
            ? throw ProductErrors.TooMany(IdsArgument, limit)
            : new ProductList(from, ids, await products.ReadAsync(from, ids, context.CancellationToken));
    }
}

/// <summary>What became of each of several products asked for.</summary>
internal sealed record ProductList(string Marketplace, string[] Ids, ProductResult[] Results) : IProductItems
{
    public int Count => Ids.Length;

    public ExecutionError? ErrorAt(int index) => ProductErrors.Of(Results[index], Ids[index], $"{ProductsByIdResolver.IdsArgument}[{index}]");

    public ProductResult ResultAt(int index) => Results[index];

    public string MarketplaceAt(int index) => Marketplace;
}
