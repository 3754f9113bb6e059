using System.ComponentModel;
using Marketplace.Contracts;
using Marketplace.Products.Reading;
using Marketplace.Products.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Products.Http;

/// <summary>Searches over HTTP.</summary>
internal static class SearchEndpoints
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static void MapSearch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/search", SearchAsync)
            .WithTags("Search")
            .WithName("SearchProducts")
            .WithSummary("Searches the marketplace")
            .Produces<ProductSearchResult>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static async Task<Results<JsonHttpResult<ProductSearchResult>, ProblemHttpResult>> SearchAsync(
        [Description("What to search for: 1-300 characters")] string? q,
        [Description("A hit's cursor: the answer begins after that hit")] string? cursor,
        HttpContext http,
        ProductSearch search,
        CancellationToken cancellationToken,
        [Description($"The lowest price, in the currency of the marketplace's site: {SearchRules.Price}")] decimal? minPrice = null,
        [Description($"The highest price: {SearchRules.Price}")] decimal? maxPrice = null,
        [Description("New, Used or Refurbished; any without it")] ProductCondition? condition = null,
        [Description("Whether hits must be in stock")] bool inStock = false,
        [Description("How many hits at most: 1-100")] int limit = ProductSearchQuery.DefaultLimit)
    {
        if (!ProductSearchQuery.TryCreate(q, new SearchFilter(minPrice, maxPrice, condition, inStock), limit, cursor, out var query, out var problem))
        {
            return Problems.Invalid(problem);
        }

        try
        {
            var (found, _) = await search.SearchAsync(query, Limit, cancellationToken);
            return TypedResults.Json(found, SearchJson.Default.ProductSearchResult);
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
        catch (ProductSourceException exception)
        {
            return Problems.Failed(ReplyErrors.From(exception), http.Response);
        }
    }
}
