using System.Globalization;
using System.Net.Http.Json;
using Marketplace.Dashboard.Telemetry;
using Marketplace.Tests.EndToEnd;

namespace Marketplace.Tests.Hosting.Traces;

/// <summary>Requests to the whole model whose traces a test looks at.</summary>
internal static class TracedRequests
{
    /// <summary>Asks the gateway for a product, as a browser that traces does.</summary>
    /// <returns>The trace's id.</returns>
    public static async Task<string> AskTracedAsync(this MarketplaceFixture model, string id, CancellationToken cancellationToken)
    {
        var traceId = Guid.NewGuid().ToString("N");
        using var http = model.App.CreateHttpClient("gateway");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query = GraphQLClient.ProductQuery, variables = new { id } }) };
        request.Headers.Add("traceparent", $"00-{traceId}-00000000000000aa-01");
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return traceId;
    }

    /// <summary>Asks for products never asked for until one's trace matches: on a slow machine the instant way may answer before Kafka does.</summary>
    /// <returns>The trace's id.</returns>
    /// <exception cref="OperationCanceledException">None of six matched, each within 20 s.</exception>
    public static async Task<string> AskUntilTraceAsync(this MarketplaceFixture model, Func<TelemetryTrace, bool> match, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            try
            {
                var traceId = await model.AskTracedAsync(Random.Shared.NextInt64(700_000_000, 800_000_000).ToString(CultureInfo.InvariantCulture), limit.Token);
                await model.App.WaitForTraceAsync(traceId, match, limit.Token);
                return traceId;
            }
            catch (OperationCanceledException) when (tries < 6 && !cancellationToken.IsCancellationRequested)
            {
            }
        }
    }
}
