using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>Structured logs: the latest that match, and further ones as they arrive.</summary>
internal static class LogsApi
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static void MapLogs(this IEndpointRouteBuilder api, LogStore store, TimeProvider time)
    {
        api.MapGet("/logs", Results<JsonHttpResult<IReadOnlyList<LogView>>, JsonHttpResult<ApiError>> (HttpRequest request) =>
        {
            var query = new QueryReader(request.Query, time);
            var limit = query.Number("limit", 1_000, 1, 50_000);
            var search = Read(query);
            return query.Error is { } error
                ? ApiResults.BadRequest(error)
                : TypedResults.Json<IReadOnlyList<LogView>>([.. store.Search(search, limit).Select(LogView.From)], ApiJson.Default.IReadOnlyListLogView);
        });

        api.MapGet("/logs/stream", Results<EventStream<IReadOnlyList<LogView>>, JsonHttpResult<ApiError>> (HttpContext context) =>
        {
            var query = new QueryReader(context.Request.Query, time);
            var search = Read(query);
            search = long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? search with { After = Math.Max(search.After, last) } : search;
            return query.Error is { } error
                ? ApiResults.BadRequest(error)
                : new EventStream<IReadOnlyList<LogView>>(cancellation => Follow(store, search, cancellation), ApiJson.Default.IReadOnlyListLogView);
        });
    }

    private static LogQuery Read(QueryReader query) => new()
    {
        After = query.Number("after", 0, 0, long.MaxValue),
        Service = query.Text("service"),
        MinLevel = query.Choice("level", LogSeverity.Trace),
        Text = query.Text("text"),
        TraceId = query.TraceIdOf("trace"),
        SpanId = query.SpanIdOf("span"),
        From = query.Time("from"),
        To = query.Time("to"),
        Attributes = query.Attributes("attribute"),
    };

    private static async IAsyncEnumerable<SseItem<IReadOnlyList<LogView>>> Follow(LogStore store, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = store.Changed.Next;
            var received = store.Received;
            var found = store.Search(query, LargestBatch);
            if (found.Count > 0)
            {
                IReadOnlyList<LogView> views = [.. found.Select(LogView.From)];
                yield return new(views, "logs") { EventId = found[^1].Number.ToString(CultureInfo.InvariantCulture) };
            }

            query = query with { After = Math.Max(received, found.Count == 0 ? 0 : found[^1].Number) };
            await next.WaitAsync(cancellationToken);
            // Under load several requests a second arrive: one event for all of them is easier on the browser.
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
