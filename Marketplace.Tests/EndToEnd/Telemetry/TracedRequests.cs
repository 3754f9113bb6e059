using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Tests.EndToEnd.Telemetry;

/// <summary>Requests to the whole model whose traces a test looks at.</summary>
internal static class TracedRequests
{
    private static readonly TimeSpan TraceLimit = TimeSpan.FromSeconds(20);

    /// <summary>Asks the gateway for a product, as a browser that traces does.</summary>
    /// <returns>The trace's id.</returns>
    public static async Task<string> AskTracedAsync(this MarketplaceFixture model, string id, CancellationToken cancellationToken) =>
        (await model.SendTracedAsync(GraphQLClient.ProductQuery, new { id }, cancellationToken)).TraceId;

    /// <summary>Sends a query to the gateway, as a browser that traces does.</summary>
    /// <returns>The answer's body and the trace's id.</returns>
    public static async Task<(JsonElement Body, string TraceId)> SendTracedAsync(this MarketplaceFixture model, string query, object? variables, CancellationToken cancellationToken)
    {
        var traceId = Guid.NewGuid().ToString("N");
        // Services that other tests run in this process trace its requests, and would put ids of their own in the place of this one.
        using var http = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = model.App.GetEndpoint("gateway") };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Add("traceparent", $"00-{traceId}-00000000000000aa-01");
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken), traceId);
    }

    /// <summary>Asks for products never asked for until one's trace matches: on a slow machine the instant way may answer before Kafka does.</summary>
    /// <returns>The trace's id.</returns>
    /// <exception cref="TimeoutException">None of six matched, each within 20 s; the message has the spans of each.</exception>
    public static async Task<string> AskUntilTraceAsync(this MarketplaceFixture model, Func<string[], bool> match, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        while (seen.Count < 6)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TraceLimit);
            string[] shape = [];
            try
            {
                var traceId = await model.AskTracedAsync(Random.Shared.NextInt64(700_000_000, 800_000_000).ToString(CultureInfo.InvariantCulture), limit.Token);
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
                while (!match(shape = model.Telemetry.SpansOf(traceId).Shape()))
                {
                    await timer.WaitForNextTickAsync(limit.Token);
                }

                return traceId;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                seen.Add(string.Join('\n', shape));
            }
        }

        throw new TimeoutException($"No trace was as it should be:\n{string.Join("\n\n", seen)}");
    }

    /// <summary>Each span as <c>service: name (kind) &lt; </c> and its parent; what has none here came from the browser.</summary>
    private static string[] Shape(this IReadOnlyList<TracedSpan> spans) =>
        [.. spans.Select(span => $"{span} < {spans.FirstOrDefault(parent => parent.SpanId == span.ParentSpanId)?.ToString() ?? "the browser"}")];
}
