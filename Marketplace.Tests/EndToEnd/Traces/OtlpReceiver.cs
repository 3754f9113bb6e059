using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Marketplace.Tests.EndToEnd.Traces;

/// <summary>Receives the spans of the services under test (OTLP over HTTP, protobuf), in the place of the dashboard, which a test host does not start.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<TracedSpan>> _traces = new();

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", ReceiveTracesAsync);
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

    /// <summary>The spans of a trace that have arrived.</summary>
    internal IReadOnlyList<TracedSpan> SpansOf(string traceId) => _traces.TryGetValue(traceId, out var spans) ? [.. spans] : [];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveTracesAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(body.ToArray()).ResourceSpans)
        {
            var service = resource.Resource.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value.StringValue ?? "";
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                _traces.GetOrAdd(Hex(span.TraceId), _ => new()).Enqueue(new TracedSpan(service, span.Name, KindOf(span.Kind), Hex(span.SpanId), Hex(span.ParentSpanId)));
            }
        }

        return Results.Bytes([], "application/x-protobuf");
    }

    private static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string KindOf(Span.Types.SpanKind kind) => kind.ToString();
}

/// <summary>A span that a service sent.</summary>
internal sealed record TracedSpan(string Service, string Name, string Kind, string SpanId, string ParentSpanId)
{
    public override string ToString() => $"{Service}: {Name} ({Kind})";
}
