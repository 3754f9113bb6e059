using GraphQL;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>What a field resolves to whose value is a list of products, each of which is found, absent or failed for itself.</summary>
internal interface IProductItems
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>What came of reading the product in this place; absent where none could be asked for.</summary>
    ProductResult ResultAt(int index);

    /// <summary>Where the product in this place is sold, if there is one.</summary>
    string MarketplaceAt(int index);

    /// <summary>Why there is no answer in this place, if so.</summary>
    ExecutionError? ErrorAt(int index);
}
