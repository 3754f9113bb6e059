using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Contracts;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Products.Transports;
using Marketplace.Gateway.Security;
using Wire = Marketplace.Products.V1;

namespace Marketplace.Gateway.Schema.Search;

/// <summary>Resolves a field to a page of what a search finds.</summary>
internal sealed class SearchResolver(GrpcProductClient client, ClientLimits limits) : IFieldResolver
{
    public const string QueryArgument = "query";
    public const string FirstArgument = "first";
    public const string AfterArgument = "after";

    /// <summary>Longest cursor, in characters.</summary>
    public const int LongestCursor = 512;

    /// <summary>Hits on one page: the default, and the most.</summary>
    public const int DefaultFirst = 20;

    /// <inheritdoc cref="DefaultFirst"/>
    public const int LargestFirst = 100;

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var marketplace = (string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!;
        var query = (string)context.Arguments[QueryArgument].Value!;
        var first = (int?)context.Arguments[FirstArgument].Value ?? DefaultFirst;
        var after = (string?)context.Arguments[AfterArgument].Value;
        return query.Length > SearchRules.MaxQueryLength || string.IsNullOrWhiteSpace(query) ? throw GatewayError.BadInput(QueryArgument, $"1-{SearchRules.MaxQueryLength} characters, not all of them spaces")
            : first is < 1 or > LargestFirst ? throw GatewayError.BadInput(FirstArgument, $"1-{LargestFirst}")
            : after is { Length: 0 or > LongestCursor } ? throw GatewayError.BadInput(AfterArgument, GrpcProductClient.CursorRule)
            : await SearchAsync(marketplace, query, SearchFilterArguments.Read(context), first, after, Caller.Of(context), context.CancellationToken);
    }

    private async Task<ProductPage> SearchAsync(string marketplace, string query, Wire.SearchFilter? filter, int first, string? after, Caller caller, CancellationToken cancellationToken)
    {
        if (await limits.TakeColdReadAsync(caller, cancellationToken) is { } wait)
        {
            throw GatewayError.From(GatewayError.TooManyColdReads(wait));
        }

        var page = await client.SearchAsync(marketplace, query, filter, first, after, cancellationToken);
        if (page.Calls == 0)
        {
            limits.ReturnColdRead(caller);
        }

        // How many it takes is known afterwards.
        var taken = 1;
        while (taken < page.Calls && await limits.TakeColdReadAsync(caller, cancellationToken) is null)
        {
            taken++;
        }

        return page;
    }
}
