using System.Globalization;
using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to the product its arguments name.</summary>
/// <param name="read">Reads the product.</param>
/// <param name="marketplace">The marketplace, or <c>null</c> where an argument names it.</param>
internal sealed class ProductByIdResolver(Func<ProductKey, Caller, CancellationToken, ValueTask<ProductResult>> read, string? marketplace) : IFieldResolver
{
    public const string IdArgument = "id";
    public const string MarketplaceArgument = "marketplace";

    /// <summary>The marketplace, or <c>null</c> where an argument names it.</summary>
    public string? Marketplace => marketplace;

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var key = new ProductKey(marketplace ?? (string)context.Arguments![MarketplaceArgument].Value!, Text(context.Arguments![IdArgument].Value));
        var result = await read(key, Caller.Of(context), context.CancellationToken);
        return ProductErrors.Of(result, key.Id, IdArgument) is { } error ? throw error : FoundProduct.From(result, key.Marketplace);
    }

    /// <summary>An ID may be written as a string or an integer.</summary>
    public static string Text(object? id) => Convert.ToString(id, CultureInfo.InvariantCulture)!;
}
