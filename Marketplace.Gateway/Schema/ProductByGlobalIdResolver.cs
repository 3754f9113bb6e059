using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema;

/// <summary>Resolves a field to the product whose global id its argument is.</summary>
internal sealed class ProductByGlobalIdResolver(IProductReader products, MarketplaceType marketplaces) : IFieldResolver
{
    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        if (!GlobalId.TryRead(ProductByIdResolver.Text(context.Arguments![GlobalId.FieldName].Value), marketplaces.Values, out var key))
        {
            throw GatewayError.BadInput(GlobalId.FieldName, GlobalId.Rule);
        }

        var result = await products.ReadAsync(key, Caller.Of(context), context.CancellationToken);
        return ProductErrors.Of(result, key.Id, GlobalId.FieldName) is { } error ? throw error : FoundProduct.From(result, key.Marketplace);
    }
}
