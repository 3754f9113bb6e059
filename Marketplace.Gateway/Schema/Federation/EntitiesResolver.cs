using System.Collections;
using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Security;

namespace Marketplace.Gateway.Schema.Federation;

/// <summary>Resolves the entities that other subgraphs refer to.</summary>
/// <param name="products">Reads products.</param>
/// <param name="marketplaces">The marketplaces' names in the schema.</param>
/// <param name="limit">How many may be asked for at once.</param>
internal sealed class EntitiesResolver(IProductReader products, MarketplaceType marketplaces, int limit) : IFieldResolver
{
    public const string RepresentationsArgument = "representations";

    // Of a representation: its type and the fields of its key.
    public const string TypeNameField = "__typename";
    public const string MarketplaceField = "marketplace";
    public const string IdField = "id";

    /// <summary>How many may be asked for at once.</summary>
    public int Limit => limit;

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var keys = ((IEnumerable)context.Arguments![RepresentationsArgument].Value!).Cast<object>().Select(Read).ToArray();
        return keys.Length > limit
            ? throw ProductErrors.TooMany(RepresentationsArgument, limit)
            : new ProductList(RepresentationsArgument, keys, await products.ReadAsync(keys, Caller.Of(context), context.CancellationToken));
    }

    private ProductKey Read(object representation) =>
        representation is not IDictionary<string, object?> fields || !fields.TryGetValue(TypeNameField, out var type) || type is not ProductType.TypeName ? default
        : fields.TryGetValue(MarketplaceField, out var name) && name is string text && marketplaces.Values.FindByName(text) is { Value: string marketplace }
            && fields.TryGetValue(IdField, out var id) && id is string or int or long ? new ProductKey(marketplace, ProductByIdResolver.Text(id))
        : fields.TryGetValue(GlobalId.FieldName, out var globalId) && globalId is string one && GlobalId.TryRead(one, marketplaces.Values, out var key) ? key
        : default;
}
