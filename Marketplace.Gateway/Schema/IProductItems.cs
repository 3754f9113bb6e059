using GraphQL;

namespace Marketplace.Gateway.Schema;

/// <summary>What a field resolves to whose value is a list of products, each of which is found, absent or failed for itself.</summary>
internal interface IProductItems
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>The product in this place; <c>null</c> when there is none.</summary>
    FoundProduct? At(int index);

    /// <summary>Why there is no answer in this place, if so.</summary>
    ExecutionError? ErrorAt(int index);
}
