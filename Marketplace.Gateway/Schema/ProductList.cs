using GraphQL;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>A list of products, each of which is found, absent or failed for itself.</summary>
/// <param name="Argument">The argument that names them.</param>
/// <param name="Keys">The products asked for.</param>
/// <param name="Results">The outcome for each of the keys.</param>
internal sealed record ProductList(string Argument, ProductKey[] Keys, ProductResult[] Results)
{
    /// <summary>Why the product in this place is <c>null</c>, if that is an error.</summary>
    public ExecutionError? ErrorAt(int index) =>
        Results[index].Product is not null ? null
        : Keys[index].Marketplace is null ? GatewayError.BadInput($"{Argument}[{index}]", "a Product with its marketplace and its id, or with its globalId")
        : ProductErrors.Of(Results[index], Keys[index].Id, $"{Argument}[{index}]");
}
