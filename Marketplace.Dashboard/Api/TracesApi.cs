using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>Traces: a list with filters, the map of who called whom, and one in full.</summary>
internal static class TracesApi
{
    public static void MapTraces(this IEndpointRouteBuilder api, TraceStore store, TimeProvider time)
    {
        api.MapGet("/traces", Results<JsonHttpResult<IReadOnlyList<TraceSummary>>, JsonHttpResult<ApiError>> (HttpRequest request) =>
        {
            var query = new QueryReader(request.Query, time);
            var limit = query.Number("limit", 200, 1, 5_000);
            var search = Read(query);
            return query.Error is { } error
                ? ApiResults.BadRequest(error)
                : TypedResults.Json<IReadOnlyList<TraceSummary>>([.. store.Search(search, limit).Select(TraceSummary.From)], ApiJson.Default.IReadOnlyListTraceSummary);
        });

        api.MapGet("/traces/map", Results<JsonHttpResult<ServiceMap>, JsonHttpResult<ApiError>> (HttpRequest request) =>
        {
            var query = new QueryReader(request.Query, time);
            var limit = query.Number("limit", 1_000, 1, 5_000);
            var search = Read(query);
            return query.Error is { } error
                ? ApiResults.BadRequest(error)
                : TypedResults.Json(ServiceMap.Draw(store.Search(search, limit)), ApiJson.Default.ServiceMap);
        });

        api.MapGet("/traces/{id}", async Task<Results<JsonHttpResult<TraceView>, JsonHttpResult<ApiError>>> (string id, HttpRequest request, CancellationToken cancellation) =>
        {
            var query = new QueryReader(request.Query, time);
            var wait = TimeSpan.FromMilliseconds(query.Number("waitMs", 0, 0, 60_000));
            var spans = query.Number("spans", 1, 1, 100_000);
            if (query.Error is { } error)
            {
                return ApiResults.BadRequest(error);
            }

            if (!TraceId.TryParse(id, out var traceId))
            {
                return ApiResults.BadRequest(new ApiError("A trace id is 32 hexadecimal digits."));
            }

            return await FindAsync(store, traceId, spans, wait, time, cancellation) is { } trace
                ? TypedResults.Json(TraceView.From(trace), ApiJson.Default.TraceView)
                : ApiResults.NotFound($"The trace {id} is not here: it was not sent, or was dropped to stay within memory.");
        });
    }

    /// <summary>The trace as soon as it has so many spans; what there is of it when that takes too long.</summary>
    private static async Task<TelemetryTrace?> FindAsync(TraceStore store, TraceId id, int spans, TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(wait, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return wait == TimeSpan.Zero ? store.Find(id) : await store.WaitForAsync(id, trace => trace.Spans.Count >= spans, end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return store.Find(id);
        }
    }

    private static TraceQuery Read(QueryReader query) => new()
    {
        Service = query.Text("service"),
        Text = query.Text("text"),
        HasError = query.Flag("error"),
        Background = query.Flag("background") ?? true,
        From = query.Time("from"),
        To = query.Time("to"),
        MinDuration = TimeSpan.FromMilliseconds(query.Number("minMs", 0, 0, int.MaxValue)),
        Attributes = query.Attributes("attribute"),
    };
}
