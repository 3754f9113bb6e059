using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;
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
            .Produces<FoundProducts>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> SearchAsync(
        [Description("What to search for: 1-300 characters")] string? q,
        [Description("A hit's cursor: the answer begins after that hit")] string? cursor,
        HttpContext http,
        ProductSearch search,
        CancellationToken cancellationToken,
        [Description("How many hits at most: 1-100")] int limit = SearchRequest.DefaultLimit)
    {
        if (!SearchRequest.TryCreate(q, limit, cursor, out var request, out var problem))
        {
            return Problems.Invalid(problem);
        }

        try
        {
            var found = await search.SearchAsync(request, Limit, cancellationToken);
            return TypedResults.File(Write(found), "application/json");
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
        catch (ProductSourceException exception)
        {
            return Problems.Failed(Failures.ToReply(exception), http.Response);
        }
    }

    // Products stay the bytes they are: FoundProducts says the same to those who read the description.
    private static byte[] Write(SearchResult found)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("hits");
        foreach (var hit in found.Hits)
        {
            json.WriteStartObject();
            json.WriteString("cursor", hit.Cursor);
            json.WritePropertyName("product");
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(hit.Product), skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("total", found.Total);
        json.WriteBoolean("hasMore", found.HasMore);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }
}
