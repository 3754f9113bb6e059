using System.Collections;
using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema.Federation;

/// <summary>Resolves the entities that other subgraphs refer to: those of one marketplace are read at once.</summary>
/// <param name="products">Where products are read.</param>
/// <param name="marketplaces">The marketplaces' names in the schema.</param>
/// <param name="limit">How many may be asked for at once.</param>
internal sealed class EntitiesResolver(IProductReader products, MarketplaceType marketplaces, int limit) : IFieldResolver
{
    public const string RepresentationsArgument = "representations";

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var keys = ((IEnumerable)context.Arguments![RepresentationsArgument].Value!).Cast<object>().Select(Read).ToArray();
        if (keys.Length > limit)
        {
            throw ProductErrors.TooMany(RepresentationsArgument, limit);
        }

        var results = new ProductResult[keys.Length];
        await Task.WhenAll(keys.Index().Where(key => key.Item.Marketplace is not null).GroupBy(key => key.Item.Marketplace!).Select(async group =>
        {
            var places = group.Select(key => key.Index).ToArray();
            var read = await products.ReadAsync(group.Key, [.. group.Select(key => key.Item.Id)], context.CancellationToken);
            for (var i = 0; i < places.Length; i++)
            {
                results[places[i]] = read[i];
            }
        }));
        return new Entities(keys, results);
    }

    private Key Read(object representation) =>
        representation is IDictionary<string, object?> fields
        && fields.TryGetValue("__typename", out var type) && type is "Product"
        && fields.TryGetValue("marketplace", out var name) && name is string text && marketplaces.Values.FindByName(text) is { Value: string marketplace }
        && fields.TryGetValue("id", out var id) && id is string or int or long
            ? new Key(marketplace, ProductByIdResolver.Text(id))
            : default;

    /// <summary>The fields of the key; no marketplace: the representation is none of a product.</summary>
    private readonly record struct Key(string? Marketplace, string Id);

    private sealed record Entities(Key[] Keys, ProductResult[] Results) : IProductItems
    {
        public int Count => Keys.Length;

        public FoundProduct? At(int index) => Keys[index].Marketplace is { } marketplace ? FoundProduct.From(Results[index], marketplace) : null;

        public ExecutionError? ErrorAt(int index)
        {
            var place = $"{RepresentationsArgument}[{index}]";
            return Keys[index].Marketplace is null
                ? GatewayError.BadInput(place, "a Product with its marketplace and its id")
                : ProductErrors.Of(Results[index], Keys[index].Id, place);
        }
    }
}
