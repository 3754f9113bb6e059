using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Xunit;

namespace Marketplace.Tests.Dashboard;

/// <summary>The .NET OpenTelemetry SDK exports to the dashboard, as the services do.</summary>
public sealed partial class OtlpExporterTests
{
    private static readonly ResourceBuilder Gateway = ResourceBuilder.CreateEmpty().AddService("gateway", serviceInstanceId: "gateway-1");
    private static readonly ResourceBuilder Ebay = ResourceBuilder.CreateEmpty().AddService("ebay", serviceInstanceId: "ebay-1");

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Spans_of_two_services_become_one_trace_with_its_kafka_hop(OtlpExportProtocol protocol)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var name = $"{nameof(OtlpExporterTests)}.{protocol}";
        using var source = new ActivitySource(name);
        string traceId, producerId, consumerId;

        using (var gateway = Sdk.CreateTracerProviderBuilder().AddSource(name).SetResourceBuilder(Gateway).AddOtlpExporter(Configure(dashboard, protocol, "traces")).Build())
        {
            using var request = source.StartActivity("POST /graphql", ActivityKind.Server)!;
            request.SetTag("http.response.status_code", 200);
            using var send = source.StartActivity("send ebay.product.get", ActivityKind.Producer)!;
            send.SetTag("messaging.system", "kafka");
            send.AddEvent(new ActivityEvent("delivered", tags: new() { ["partition"] = 3 }));
            (traceId, producerId) = (request.TraceId.ToString(), send.SpanId.ToString());
        }

        using (var ebay = Sdk.CreateTracerProviderBuilder().AddSource(name).SetResourceBuilder(Ebay).AddOtlpExporter(Configure(dashboard, protocol, "traces")).Build())
        {
            var parent = new ActivityContext(ActivityTraceId.CreateFromString(traceId), ActivitySpanId.CreateFromString(producerId), ActivityTraceFlags.Recorded, isRemote: true);
            using var process = source.StartActivity("process ebay.product.get", ActivityKind.Consumer, parent, links: [new ActivityLink(parent)])!;
            process.SetStatus(ActivityStatusCode.Error, "eBay did not answer");
            consumerId = process.SpanId.ToString();
        }

        var received = await dashboard.Server.Telemetry.Traces.WaitForAsync(trace => trace.Spans.Count == 3, dashboard.Cancellation);
        Assert.Equal(traceId, received.Id.ToString());

        var trace = await dashboard.Client.GetFromJsonAsync<JsonElement>($"api/traces/{traceId}", dashboard.Cancellation);
        var spans = trace.GetProperty("spans").EnumerateArray().ToDictionary(span => span.GetProperty("spanId").GetString()!);
        var consumer = spans[consumerId];
        Assert.Equal(producerId, consumer.GetProperty("parentSpanId").GetString());
        Assert.Equal("Consumer", consumer.GetProperty("kind").GetString());
        Assert.Equal("ebay", consumer.GetProperty("service").GetString());
        Assert.Equal("Error", consumer.GetProperty("status").GetString());
        Assert.Equal("eBay did not answer", consumer.GetProperty("statusMessage").GetString());
        Assert.Equal(producerId, consumer.GetProperty("links")[0].GetProperty("spanId").GetString());
        var producer = spans[producerId];
        Assert.Equal("kafka", producer.GetProperty("attributes").GetProperty("messaging.system").GetString());
        Assert.Equal(3, producer.GetProperty("events")[0].GetProperty("attributes").GetProperty("partition").GetInt32());

        var list = await dashboard.Client.GetFromJsonAsync<JsonElement>("api/traces?service=ebay&error=true&attribute=messaging.system%3Dkafka", dashboard.Cancellation);
        var summary = Assert.Single(list.EnumerateArray());
        Assert.Equal("POST /graphql", summary.GetProperty("name").GetString());
        Assert.Equal(1, summary.GetProperty("errorCount").GetInt32());
        Assert.Empty((await dashboard.Client.GetFromJsonAsync<JsonElement>("api/traces?attribute=messaging.system%3Drabbit", dashboard.Cancellation)).EnumerateArray());
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task A_log_written_within_a_span_leads_to_its_trace(OtlpExportProtocol protocol)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        using var activity = new Activity("request").Start();
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(Gateway);
            options.IncludeFormattedMessage = true;
            options.AddOtlpExporter(Configure(dashboard, protocol, "logs"));
        })))
        {
            LogStale(loggers.CreateLogger("Marketplace.Orders"), "123");
        }

        await dashboard.Server.Telemetry.Logs.WaitForAsync(_ => true, dashboard.Cancellation);
        var logs = await dashboard.Client.GetFromJsonAsync<JsonElement>($"api/logs?trace={activity.TraceId}&level=warning&attribute=ProductId%3D123", dashboard.Cancellation);
        var log = Assert.Single(logs.EnumerateArray());
        Assert.Equal("Product 123 is stale", log.GetProperty("body").GetString());
        Assert.Equal("Warning", log.GetProperty("level").GetString());
        Assert.Equal("Marketplace.Orders", log.GetProperty("category").GetString());
        Assert.Equal(activity.SpanId.ToString(), log.GetProperty("spanId").GetString());
        Assert.Empty((await dashboard.Client.GetFromJsonAsync<JsonElement>("api/logs?level=error", dashboard.Cancellation)).EnumerateArray());
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Counters_become_rates_and_histograms_quantiles(OtlpExportProtocol protocol)
    {
        await using var dashboard = await TestDashboard.StartAsync();
        var name = $"{nameof(OtlpExporterTests)}.Metrics.{protocol}";
        using (var meter = new Meter(name))
        {
            using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(name).SetResourceBuilder(Gateway)
                .AddView("latency", new ExplicitBucketHistogramConfiguration { Boundaries = [1, 10, 100] })
                .AddOtlpExporter(Configure(dashboard, protocol, "metrics")).Build();
            var requests = meter.CreateCounter<long>("requests", "{request}", "Requests served");
            var latency = meter.CreateHistogram<double>("latency", "ms");
            meter.CreateObservableGauge("queue", () => 7);
            requests.Add(0, KeyValuePair.Create<string, object?>("code", 200));
            provider.ForceFlush();
            requests.Add(300, KeyValuePair.Create<string, object?>("code", 200));
            for (var i = 1; i <= 100; i++)
            {
                latency.Record(i <= 90 ? 5 : 50);
            }
        }

        await WaitUntilAsync(dashboard, () => dashboard.Server.Telemetry.Metrics.Instruments.Count == 3);
        var instruments = await dashboard.Client.GetFromJsonAsync<JsonElement>("api/metrics?service=gateway", dashboard.Cancellation);
        var counter = Assert.Single(instruments.EnumerateArray(), i => i.GetProperty("name").GetString() == "requests");
        Assert.Equal("Counter", counter.GetProperty("kind").GetString());
        Assert.Equal("200", counter.GetProperty("dimensions").GetProperty("code")[0].GetString());

        var rate = await ChartAsync("requests");
        var increase = rate.GetProperty("lines")[0].GetProperty("values").EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Number).Sum(v => v.GetDouble() * StepSeconds(rate));
        Assert.Equal(300, increase, 0.01);

        var quantiles = (await ChartAsync("latency")).GetProperty("lines")[0];
        Assert.InRange(Last(quantiles, "p50"), 1, 10);
        Assert.InRange(Last(quantiles, "p99"), 10, 100);
        Assert.Equal(7, Last((await ChartAsync("queue")).GetProperty("lines")[0], "values"));

        Task<JsonElement> ChartAsync(string instrument) =>
            dashboard.Client.GetFromJsonAsync<JsonElement>($"api/metrics/chart?service=gateway&meter={name}&name={instrument}&steps=30", dashboard.Cancellation);

        static double StepSeconds(JsonElement chart) => (chart.GetProperty("timesMs")[1].GetDouble() - chart.GetProperty("timesMs")[0].GetDouble()) / 1000;

        static double Last(JsonElement line, string property) => line.GetProperty(property).EnumerateArray().Last(v => v.ValueKind == JsonValueKind.Number).GetDouble();
    }

    [LoggerMessage(LogLevel.Warning, "Product {ProductId} is stale")]
    private static partial void LogStale(ILogger logger, string productId);

    private static Action<OtlpExporterOptions> Configure(TestDashboard dashboard, OtlpExportProtocol protocol, string signal) => options =>
    {
        options.Protocol = protocol;
        options.Endpoint = protocol == OtlpExportProtocol.Grpc ? dashboard.Server.OtlpGrpcEndpoint : new Uri(dashboard.Server.OtlpHttpEndpoint, "v1/" + signal);
        options.Headers = "x-otlp-api-key=" + dashboard.Server.OtlpApiKey;
    };

    private static async Task WaitUntilAsync(TestDashboard dashboard, Func<bool> reached)
    {
        while (true)
        {
            var next = dashboard.Server.Telemetry.Metrics.Changed.Next;
            if (reached())
            {
                return;
            }

            await next.WaitAsync(dashboard.Cancellation);
        }
    }
}
