using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>Traces: a list with filters, and one in full.</summary>
internal static class TracesApi
{
    public static void MapTraces(this IEndpointRouteBuilder api, TraceStore store, TimeProvider time)
    {
        api.MapGet("/traces", Results<JsonHttpResult<IReadOnlyList<TraceSummary>>, JsonHttpResult<ApiError>> (HttpRequest request) =>
        {
            var query = new QueryReader(request.Query, time);
            var limit = query.Number("limit", 200, 1, 5_000);
            var search = new TraceQuery
            {
                Service = query.Text("service"),
                Text = query.Text("text"),
                HasError = query.Flag("error"),
                From = query.Time("from"),
                To = query.Time("to"),
                MinDuration = TimeSpan.FromMilliseconds(query.Number("minMs", 0, 0, int.MaxValue)),
                Attributes = query.Attributes("attribute"),
            };
            return query.Error is { } error
                ? ApiResults.BadRequest(error)
                : TypedResults.Json<IReadOnlyList<TraceSummary>>([.. store.Search(search, limit).Select(TraceSummary.From)], ApiJson.Default.IReadOnlyListTraceSummary);
        });

        api.MapGet("/traces/{id}", Results<JsonHttpResult<TraceView>, JsonHttpResult<ApiError>> (string id) =>
            !TraceId.TryParse(id, out var traceId) ? ApiResults.BadRequest(new ApiError("A trace id is 32 hexadecimal digits."))
            : store.Find(traceId) is { } trace ? TypedResults.Json(TraceView.From(trace), ApiJson.Default.TraceView)
            : ApiResults.NotFound($"The trace {id} is not here: it was not sent, or was dropped to stay within memory."));
    }
}
