using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>What a script or a test asks about traces.</summary>
public sealed class TracesApiTests
{
    [Fact]
    public async Task A_trace_is_waited_for_until_it_has_so_many_spans()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard);
        var (trace, root) = (SampleTelemetry.Id(16), SampleTelemetry.Id(8));
        var id = Convert.ToHexStringLower(trace.Span);
        var start = Marketplace.Dashboard.Telemetry.UnixNanos.From(DateTimeOffset.UtcNow);
        var asked = dashboard.Client.GetFromJsonAsync<JsonElement>($"api/traces/{id}?waitMs=60000&spans=2", dashboard.Cancellation);

        await SampleTelemetry.SendSpansAsync(dashboard, "gateway", SampleTelemetry.Span(trace, root, null, "first", OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Server, start, 0, 2));
        await SampleTelemetry.SendSpansAsync(dashboard, "ebay", SampleTelemetry.Span(trace, SampleTelemetry.Id(8), root, "second", OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Server, start, 1, 2));

        Assert.Equal(2, (await asked).GetProperty("spans").GetArrayLength());
    }

    [Fact]
    public async Task A_trace_that_does_not_come_is_404_after_the_wait()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var answer = await dashboard.Client.GetAsync("api/traces/0123456789abcdef0123456789abcdef?waitMs=50", dashboard.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task What_a_service_does_on_its_own_can_be_left_out()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var request = await SampleTelemetry.SendQueryAsync(dashboard);
        var start = Marketplace.Dashboard.Telemetry.UnixNanos.From(DateTimeOffset.UtcNow);
        await SampleTelemetry.SendSpansAsync(dashboard, "ebay", SampleTelemetry.Span(SampleTelemetry.Id(16), SampleTelemetry.Id(8), null, "postgresql", OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Client, start, 0, 1));

        var all = await dashboard.Client.GetFromJsonAsync<JsonElement>("api/traces", dashboard.Cancellation);
        var requests = await dashboard.Client.GetFromJsonAsync<JsonElement>("api/traces?background=false", dashboard.Cancellation);

        Assert.Equal(2, all.GetArrayLength());
        Assert.Equal(request.ToString(), Assert.Single(requests.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_map_has_services_topics_and_databases_with_the_calls_between_them()
    {
        await using var dashboard = await TestDashboard.StartAsync();
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(20));
        await SampleTelemetry.SendQueryAsync(dashboard, TimeSpan.FromSeconds(10), fails: true);

        var map = await dashboard.Client.GetFromJsonAsync<JsonElement>("api/traces/map", dashboard.Cancellation);

        var edges = map.GetProperty("edges").EnumerateArray().Select(edge => $"{edge.GetProperty("from")} > {edge.GetProperty("to")}: {edge.GetProperty("calls")}, {edge.GetProperty("errors")} failed, {edge.GetProperty("p50Ms")} ms").Order().ToArray();
        Assert.Equal(
            [
                "Service:ebay > Database:postgresql: 2, 0 failed, 3 ms",
                "Service:gateway > Database:redis: 2, 0 failed, 0.5 ms",
                "Service:gateway > Topic:ebay.product.get: 2, 0 failed, 1 ms",
                "Topic:ebay.product.get > Service:ebay: 2, 1 failed, 13 ms",
            ],
            edges);
    }
}
