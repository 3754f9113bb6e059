using Marketplace.Contracts;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema;

/// <summary>The errors of fields that read products.</summary>
internal static class ProductErrors
{
    /// <summary>The error of reading a product; <c>null</c> when it was found or is absent.</summary>
    /// <param name="result">The outcome of reading.</param>
    /// <param name="id">The id asked for; one that is not of the allowed form was not read.</param>
    /// <param name="argument">The argument that has the id.</param>
    public static GatewayError? Of(in ProductResult result, string id, string argument) =>
        result.Product is not null ? null
        : result.Error is { } error ? GatewayError.From(error)
        : ProductId.IsValid(id) ? null
        : GatewayError.BadInput(argument, ProductId.Rule);

    public static GatewayError TooMany(string argument, int limit) => GatewayError.BadInput(argument, $"at most {limit} {argument}");
}
