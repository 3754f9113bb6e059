using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Marketplace.Tests.EndToEnd.Telemetry;

/// <summary>Receives the spans of the services under test (OTLP over HTTP, protobuf), in the place of the dashboard, which a test host does not start.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<TracedSpan>> _traces = new();
    private readonly ConcurrentDictionary<string, SentMetric> _metrics = new();
    private readonly ConcurrentDictionary<SentAttribute, bool> _attributes = new();

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", ReceiveTracesAsync);
        app.MapPost("/v1/metrics", ReceiveMetricsAsync);
        app.MapPost("/v1/{signal}", (string signal) => Results.Bytes([], "application/x-protobuf"));
    }

    /// <summary>What services get as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public Uri Address => new(_app.Urls.Single());

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Every span that has arrived.</summary>
    internal IReadOnlyList<TracedSpan> Spans => [.. _traces.Values.SelectMany(spans => spans)];

    /// <summary>Every metric that has arrived, by its name.</summary>
    internal IReadOnlyCollection<SentMetric> Metrics => [.. _metrics.Values];

    /// <summary>Every attribute of a resource, a span, an event of one, or a metric that has arrived, by its name and type.</summary>
    internal IReadOnlyCollection<SentAttribute> Attributes => [.. _attributes.Keys];

    /// <summary>The trace of a span that has arrived.</summary>
    internal string TraceOf(string spanId) => _traces.Single(trace => trace.Value.Any(span => span.SpanId == spanId)).Key;

    /// <summary>The spans of a trace that have arrived.</summary>
    internal IReadOnlyList<TracedSpan> SpansOf(string traceId) => _traces.TryGetValue(traceId, out var spans) ? [.. spans] : [];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<T> ReadAsync<T>(HttpRequest request, MessageParser<T> parser)
        where T : IMessage<T>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return parser.ParseFrom(body.ToArray());
    }

    private async Task<IResult> ReceiveMetricsAsync(HttpRequest request)
    {
        var export = await ReadAsync(request, ExportMetricsServiceRequest.Parser);
        Keep(export.ResourceMetrics.SelectMany(resource => resource.Resource.Attributes));
        foreach (var metric in export.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            _metrics[metric.Name] = new SentMetric(metric.Name, metric.DataCase.ToString(), metric.Unit, metric.Description);
            Keep((metric.Gauge?.DataPoints ?? metric.Sum?.DataPoints)?.SelectMany(point => point.Attributes) ?? metric.Histogram?.DataPoints.SelectMany(point => point.Attributes) ?? []);
        }

        return Results.Bytes([], "application/x-protobuf");
    }

    private async Task<IResult> ReceiveTracesAsync(HttpRequest request)
    {
        foreach (var resource in (await ReadAsync(request, ExportTraceServiceRequest.Parser)).ResourceSpans)
        {
            Keep(resource.Resource.Attributes);
            var service = resource.Resource.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value.StringValue ?? "";
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                Keep(span.Attributes.Concat(span.Events.SelectMany(occurrence => occurrence.Attributes)));
                _traces.GetOrAdd(Hex(span.TraceId), _ => new()).Enqueue(new TracedSpan(service, span.Name, KindOf(span.Kind), Hex(span.SpanId), Hex(span.ParentSpanId)));
            }
        }

        return Results.Bytes([], "application/x-protobuf");
    }

    private void Keep(IEnumerable<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            _attributes[new SentAttribute(attribute.Key, TypeOf(attribute.Value))] = true;
        }
    }

    // As the semantic conventions name the types.
    private static string TypeOf(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => "string",
        AnyValue.ValueOneofCase.BoolValue => "boolean",
        AnyValue.ValueOneofCase.IntValue => "int",
        AnyValue.ValueOneofCase.DoubleValue => "double",
        AnyValue.ValueOneofCase.ArrayValue => $"{(value.ArrayValue.Values.Count == 0 ? "string" : TypeOf(value.ArrayValue.Values[0]))}[]",
        var other => other.ToString(),
    };

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string KindOf(Span.Types.SpanKind kind) => kind.ToString();
}

/// <summary>A span that a service sent.</summary>
internal sealed record TracedSpan(string Service, string Name, string Kind, string SpanId, string ParentSpanId)
{
    public override string ToString() => $"{Service}: {Name} ({Kind})";
}

/// <summary>An attribute that a service sent.</summary>
internal sealed record SentAttribute(string Name, string Type);

/// <summary>A metric that a service sent.</summary>
internal sealed record SentMetric(string Name, string Kind, string Unit, string Description);
