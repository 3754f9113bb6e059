using GraphQL;
using GraphQL.Resolvers;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Schema.Search;

/// <summary>Resolves a field to a page of what a search finds.</summary>
internal sealed class SearchResolver(IProductSearch search) : IFieldResolver
{
    public const string QueryArgument = "query";
    public const string FirstArgument = "first";
    public const string AfterArgument = "after";

    /// <summary>Longest query and cursor, in characters.</summary>
    public const int LongestQuery = 300;

    /// <inheritdoc cref="LongestQuery"/>
    public const int LongestCursor = 512;

    /// <summary>Hits on one page: unless told otherwise, and at most.</summary>
    public const int UsualFirst = 20;

    /// <inheritdoc cref="UsualFirst"/>
    public const int MostFirst = 100;

    public async ValueTask<object?> ResolveAsync(IResolveFieldContext context)
    {
        var marketplace = (string)context.Arguments![ProductByIdResolver.MarketplaceArgument].Value!;
        var query = (string)context.Arguments[QueryArgument].Value!;
        var first = (int?)context.Arguments[FirstArgument].Value ?? UsualFirst;
        var after = (string?)context.Arguments[AfterArgument].Value;
        if (query.Length > LongestQuery || string.IsNullOrWhiteSpace(query))
        {
            throw GatewayError.BadInput(QueryArgument, $"1-{LongestQuery} characters, not all of them spaces");
        }

        if (first is < 1 or > MostFirst)
        {
            throw GatewayError.BadInput(FirstArgument, $"1-{MostFirst}");
        }

        if (after is { Length: 0 or > LongestCursor })
        {
            throw GatewayError.BadInput(AfterArgument, "a cursor of an answer to the same search");
        }

        return new FoundPage(marketplace, await search.SearchAsync(marketplace, query, first, after, context.CancellationToken), after is not null);
    }
}

/// <summary>What the fields of a connection are resolved from.</summary>
/// <param name="Marketplace">Where was searched.</param>
/// <param name="Page">What was found.</param>
/// <param name="HasPrevious">Whether there are hits before these.</param>
internal sealed record FoundPage(string Marketplace, SearchPage Page, bool HasPrevious);
