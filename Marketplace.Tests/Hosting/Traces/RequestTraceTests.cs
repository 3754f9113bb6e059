using System.Net.Http.Json;
using Marketplace.Dashboard.Telemetry;
using Marketplace.Tests.EndToEnd;
using Xunit;

namespace Marketplace.Tests.Hosting.Traces;

/// <summary>One trace shows all of it: from the browser's request to the marketplace and back, and the event that follows.</summary>
[Collection(nameof(SharedModel))]
public sealed class RequestTraceTests(MarketplaceFixture model)
{
    /// <summary>Each span as <c>service: name (kind)</c> under its parent's; database and cache commands are named by what they ask.</summary>
    private static readonly string[] Expected =
    [
        "gateway: POST /graphql (Server) < the browser",
        "gateway: send ebay.product.get (Producer) < gateway: POST /graphql (Server)",
        "ebay: process ebay.product.get (Consumer) < gateway: send ebay.product.get (Producer)",
        "ebay: MGET (Client) < ebay: process ebay.product.get (Consumer)",
        "ebay: postgresql (Client) < ebay: process ebay.product.get (Consumer)",
        "ebay: GET (Client) < ebay: process ebay.product.get (Consumer)",
        "ebay-simulator: GET /buy/browse/v1/item/get_item_by_legacy_id (Server) < ebay: GET (Client)",
        "ebay: send gateway.replies (Producer) < ebay: process ebay.product.get (Consumer)",
        "gateway: process gateway.replies (Consumer) < ebay: send gateway.replies (Producer)",
        "ebay: send ebay.product.persisted (Producer) < ebay: process ebay.product.get (Consumer)",
    ];

    [Fact]
    public async Task One_trace_covers_a_cold_request_with_parents_and_kinds()
    {
        var traceId = Guid.NewGuid().ToString("N");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));

        using var http = model.App.CreateHttpClient("gateway");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query = GraphQLClient.ProductQuery, variables = new { id = "8800001" } }),
        };
        request.Headers.Add("traceparent", $"00-{traceId}-00000000000000aa-01");
        using var response = await http.SendAsync(request, limit.Token);
        response.EnsureSuccessStatusCode();

        string[] shape = [];
        try
        {
            await model.App.WaitForTraceAsync(
                traceId,
                trace =>
                {
                    shape = [.. trace.Spans.Select(span => $"{Describe(span)} < {(trace.Find(span.ParentSpanId) is { } parent ? Describe(parent) : "the browser")}")];
                    return Expected.All(shape.Contains) && shape.Count(IsRoot) == 1;
                },
                limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Missing:\n{string.Join('\n', Expected.Except(shape))}\nthere:\n{string.Join('\n', shape)}");
        }

    }

    // Nothing of the request stands outside its one root, once every span has arrived.
    private static bool IsRoot(string span) => span.EndsWith("< the browser", StringComparison.Ordinal);

    private static string Describe(TelemetrySpan span) => $"{span.Source.Name}: {span.Name} ({span.Kind})";
}
