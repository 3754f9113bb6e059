using GraphQL;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema.Federation;

/// <summary>The fields of an entity's key.</summary>
/// <param name="Marketplace">Where it is sold; <c>null</c> when the representation is none of a product.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct EntityKey(string? Marketplace, string Id);

/// <summary>What became of the entities that another subgraph refers to, in the order of their keys.</summary>
internal sealed class Entities : IProductItems
{
    private readonly EntityKey[] _keys;
    private readonly ProductResult[] _results;

    private Entities(EntityKey[] keys, ProductResult[] results) => (_keys, _results) = (keys, results);

    public int Count => _keys.Length;

    /// <summary>Reads those of one marketplace at once, and those of several side by side.</summary>
    public static async Task<Entities> ReadAsync(IProductReader products, EntityKey[] keys, CancellationToken cancellationToken)
    {
        var results = new ProductResult[keys.Length];
        await Task.WhenAll(keys.Index().Where(key => key.Item.Marketplace is not null).GroupBy(key => key.Item.Marketplace!).Select(async group =>
        {
            var places = group.Select(key => key.Index).ToArray();
            var read = await products.ReadAsync(group.Key, [.. group.Select(key => key.Item.Id)], cancellationToken);
            for (var i = 0; i < places.Length; i++)
            {
                results[places[i]] = read[i];
            }
        }));
        return new Entities(keys, results);
    }

    public ProductResult ResultAt(int index) => _results[index];

    public string MarketplaceAt(int index) => _keys[index].Marketplace!;

    public ExecutionError? ErrorAt(int index)
    {
        var place = $"{EntitiesResolver.RepresentationsArgument}[{index}]";
        return _keys[index].Marketplace is null
            ? GatewayError.BadInput(place, "a Product with its marketplace and its id")
            : ProductErrors.Of(_results[index], _keys[index].Id, place);
    }
}
