using System.Net.Http.Headers;
using Google.Protobuf;
using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Xunit;
using Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind;
using Resource = OpenTelemetry.Proto.Resource.V1.Resource;
using Span = OpenTelemetry.Proto.Trace.V1.Span;

namespace Marketplace.Tests.Dashboard;

/// <summary>Telemetry shaped like a query's way through the system, with exact times.</summary>
internal static class SampleTelemetry
{
    private static int _ids = 1;

    /// <summary>Gateway → Kafka → eBay service → database, as one trace that started so long ago.</summary>
    public static async Task<TraceId> SendQueryAsync(TestDashboard dashboard, TimeSpan ago = default, bool fails = false, string operation = "getProductById")
    {
        var trace = Id(16);
        var start = UnixNanos.From(DateTimeOffset.UtcNow - ago);
        var (root, send, process) = (Id(8), Id(8), Id(8));
        await SendSpansAsync(
            dashboard,
            "gateway",
            Span(trace, root, null, $"POST /graphql {operation}", Kind.Server, start, 0, 20, ("http.route", "/graphql"), ("graphql.operation.name", operation)),
            Span(trace, Id(8), root, "GET", Kind.Client, start, 1, 1.5, ("db.system.name", "redis")),
            Span(trace, send, root, "send ebay.product.get", Kind.Producer, start, 2, 3, ("messaging.system", "kafka"), ("messaging.destination.name", "ebay.product.get")));
        var processing = Span(trace, process, send, "process ebay.product.get", Kind.Consumer, start, 5, 18, ("messaging.system", "kafka"), ("messaging.destination.name", "ebay.product.get"));
        processing.Links.Add(new Span.Types.Link { TraceId = trace, SpanId = send });
        if (fails)
        {
            processing.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "eBay answered 500" };
        }

        var query = Span(trace, Id(8), process, "SELECT ebay.products", Kind.Client, start, 6, 9, ("db.system.name", "postgresql"));
        query.Events.Add(new Span.Types.Event { Name = "rows read", TimeUnixNano = (ulong)(start + 8_000_000) });
        await SendSpansAsync(dashboard, "ebay", processing, query);
        await SendLogAsync(dashboard, "ebay", fails ? SeverityNumber.Error : SeverityNumber.Info, $"Fetched {operation} in 9 ms", trace, process, start + 9_000_000);
        return TraceId.Read(trace.Span);
    }

    public static Task SendSpansAsync(TestDashboard dashboard, string service, params Span[] spans) => PostAsync(dashboard, "v1/traces", new ExportTraceServiceRequest
    {
        ResourceSpans = { new ResourceSpans { Resource = From(service), ScopeSpans = { new ScopeSpans { Scope = new() { Name = "Sample" }, Spans = { spans } } } } },
    });

    public static Task SendLogAsync(TestDashboard dashboard, string service, SeverityNumber severity, string body, ByteString? trace = null, ByteString? span = null, long? at = null) => PostAsync(dashboard, "v1/logs", new ExportLogsServiceRequest
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = From(service),
                ScopeLogs =
                {
                    new ScopeLogs
                    {
                        Scope = new() { Name = "Marketplace.Sample" },
                        LogRecords =
                        {
                            new LogRecord
                            {
                                TimeUnixNano = (ulong)(at ?? UnixNanos.From(DateTimeOffset.UtcNow)),
                                SeverityNumber = severity,
                                Body = new AnyValue { StringValue = body },
                                TraceId = trace ?? ByteString.Empty,
                                SpanId = span ?? ByteString.Empty,
                                Attributes = { Attribute("ProductId", "123") },
                            },
                        },
                    },
                },
            },
        },
    });

    /// <summary>A counter and a histogram of the gateway, and what the eBay service read from where, a point each second over the last minute.</summary>
    public static Task SendMetricsAsync(TestDashboard dashboard, ByteString? exemplarTrace = null)
    {
        var now = DateTimeOffset.UtcNow;
        var start = (ulong)UnixNanos.From(now.AddSeconds(-61));
        var reads = new Sum { IsMonotonic = true, AggregationTemporality = AggregationTemporality.Cumulative };
        var waiting = new Gauge();
        var requests = new Sum { IsMonotonic = true, AggregationTemporality = AggregationTemporality.Cumulative };
        var durations = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative };
        for (var second = 0; second <= 60; second++)
        {
            var time = (ulong)UnixNanos.From(now.AddSeconds(second - 60));
            reads.DataPoints.Add(new NumberDataPoint { StartTimeUnixNano = start, TimeUnixNano = time, AsInt = second * 3, Attributes = { Attribute("source", "cache") } });
            reads.DataPoints.Add(new NumberDataPoint { StartTimeUnixNano = start, TimeUnixNano = time, AsInt = second, Attributes = { Attribute("source", "external") } });
            waiting.DataPoints.Add(new NumberDataPoint { TimeUnixNano = time, AsInt = second % 10 });
            requests.DataPoints.Add(new NumberDataPoint { StartTimeUnixNano = start, TimeUnixNano = time, AsInt = second * 5, Attributes = { Attribute("http.response.status_code", "200") } });
            var point = new HistogramDataPoint { StartTimeUnixNano = start, TimeUnixNano = time, Count = (ulong)second * 10, Sum = second * 0.2, Attributes = { Attribute("http.route", "/graphql") } };
            point.ExplicitBounds.Add([0.005, 0.01, 0.025, 0.05, 0.1]);
            point.BucketCounts.Add([(ulong)second * 2, (ulong)second * 3, (ulong)second * 4, (ulong)second, 0, 0]);
            if (exemplarTrace is not null && second == 30)
            {
                point.Exemplars.Add(new Exemplar { TimeUnixNano = time, AsDouble = 0.02, TraceId = exemplarTrace, SpanId = Id(8) });
            }

            durations.DataPoints.Add(point);
        }

        return PostAsync(dashboard, "v1/metrics", new ExportMetricsServiceRequest
        {
            ResourceMetrics =
            {
                new ResourceMetrics
                {
                    Resource = From("ebay"),
                    ScopeMetrics =
                    {
                        new ScopeMetrics
                        {
                            Scope = new() { Name = "Marketplace.Products" },
                            Metrics =
                            {
                                new Metric { Name = "marketplace.product.reads", Unit = "{read}", Sum = reads },
                                new Metric { Name = "marketplace.outbox.depth", Unit = "{event}", Gauge = waiting },
                            },
                        },
                    },
                },
                new ResourceMetrics
                {
                    Resource = From("gateway"),
                    ScopeMetrics =
                    {
                        new ScopeMetrics
                        {
                            Scope = new() { Name = "Marketplace.Sample" },
                            Metrics =
                            {
                                new Metric { Name = "http.server.request.duration", Unit = "s", Description = "Duration of requests.", Histogram = durations },
                                new Metric { Name = "sample.requests", Unit = "{request}", Sum = requests },
                            },
                        },
                    },
                },
            },
        });
    }

    public static ByteString Id(int length)
    {
        var bytes = new byte[length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(length - 4), Interlocked.Increment(ref _ids));
        bytes[0] = 0xab;
        return ByteString.CopyFrom(bytes);
    }

    public static Span Span(ByteString trace, ByteString id, ByteString? parent, string name, Kind kind, long start, double fromMs, double toMs, params (string Key, string Value)[] attributes) => new()
    {
        TraceId = trace,
        SpanId = id,
        ParentSpanId = parent ?? ByteString.Empty,
        Name = name,
        Kind = kind,
        StartTimeUnixNano = (ulong)(start + (long)(fromMs * 1e6)),
        EndTimeUnixNano = (ulong)(start + (long)(toMs * 1e6)),
        Attributes = { attributes.Select(attribute => Attribute(attribute.Key, attribute.Value)) },
    };

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static Resource From(string service) => new() { Attributes = { Attribute("service.name", service), Attribute("service.instance.id", service + "-1") } };

    private static async Task PostAsync(TestDashboard dashboard, string path, IMessage message)
    {
        using var content = new ByteArrayContent(message.ToByteArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var answer = await dashboard.Otlp.PostAsync(path, content, dashboard.Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}.");
    }
}
