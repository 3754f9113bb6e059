using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Tests.Products;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>Requests that came before, byte for byte, and whose product is in memory.</summary>
public sealed class RepeatedRequestTests
{
    // The known product of this id is one of memory.
    private const string Field = "getProductById(id: 123) { id source }";
    private const string Expected = """{"data":{"getProductById":{"id":"123","source":"MEMORY"}}}""";

    [Fact]
    public async Task Each_has_the_form_that_it_accepts()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts());
        await gateway.QueryAsync($"{{ {Field} }}");

        var json = await gateway.QueryAsync($"{{ {Field} }}", accept: "application/json");
        var response = await gateway.QueryAsync($"{{ {Field} }}", accept: "application/graphql-response+json");
        var events = await gateway.QueryAsync($"{{ {Field} }}", accept: "text/event-stream");

        Assert.Equal(("application/json", Expected), (json.MediaType, json.Body));
        Assert.Equal(("application/graphql-response+json", Expected), (response.MediaType, response.Body));
        Assert.Equal(("text/event-stream", true), (events.MediaType, events.Body.Contains($"data: {Expected}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task None_passes_without_a_token_that_is_accepted_or_beyond_the_rate()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: [("Gateway:RateLimit:PerSecond", "1"), ("Gateway:RateLimit:Burst", "10")]);
        var body = JsonSerializer.Serialize(new { query = $"{{ {Field} }}" });
        Assert.Equal(Expected, (await gateway.PostAsync(body)).Body);

        using var forged = new StringContent(body, Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.SendAsync(HttpMethod.Post, "/graphql", null, forged, ("Authorization", "Bearer e30.e30."))).Status);
        var statuses = new List<HttpStatusCode>();
        while (statuses.Count < 100 && !statuses.Contains(HttpStatusCode.TooManyRequests))
        {
            statuses.Add((await gateway.PostAsync(body)).Status);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task Each_has_a_span_that_names_its_operation()
    {
        var operation = $"Q{Guid.NewGuid():N}";
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.GetTagItem("graphql.operation.name") is string name && name == operation)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts());

        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(Expected, (await gateway.QueryAsync($"query {operation} {{ {Field} }}")).Body);
        }

        await Wait.UntilAsync(() => spans.Count == 3, "each request's span has ended");
        Assert.All(spans, span => Assert.Equal("query", span.GetTagItem("graphql.operation.type")));
    }
}
