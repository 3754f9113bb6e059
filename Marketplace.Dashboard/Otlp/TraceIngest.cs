using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Trace.V1;
using ReceivedSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Marketplace.Dashboard.Otlp;

/// <summary>Takes an OTLP trace request into the store.</summary>
internal sealed class TraceIngest(OtlpReader reader, TraceStore store)
{
    private const int SpanBytes = 192;
    private const int PartBytes = 80;

    /// <returns>How many spans were refused because their ids are not valid, as the protocol's partial success says.</returns>
    public ExportTraceServiceResponse Take(ExportTraceServiceRequest request)
    {
        var spans = new List<TelemetrySpan>();
        var rejected = 0;
        foreach (var resourceSpans in request.ResourceSpans)
        {
            var source = reader.Source(resourceSpans.Resource, Signal.Traces);
            foreach (var scopeSpans in resourceSpans.ScopeSpans)
            {
                var scope = reader.Scope(scopeSpans.Scope);
                foreach (var received in scopeSpans.Spans)
                {
                    if (Read(received, source, scope) is { } span)
                    {
                        spans.Add(span);
                    }
                    else
                    {
                        rejected++;
                    }
                }
            }
        }

        store.Add(spans);
        var response = new ExportTraceServiceResponse();
        if (rejected > 0)
        {
            response.PartialSuccess = new()
            {
                RejectedSpans = rejected,
                ErrorMessage = "A span needs a trace_id of 16 bytes and a span_id of 8 bytes, neither all zero.",
            };
        }

        return response;
    }

    private TelemetrySpan? Read(ReceivedSpan span, TelemetrySource source, TelemetryScope scope)
    {
        var traceId = OtlpReader.TraceIdOf(span.TraceId);
        var spanId = OtlpReader.SpanIdOf(span.SpanId);
        if (!traceId.IsValid || !spanId.IsValid)
        {
            return null;
        }

        var bytes = SpanBytes;
        var start = UnixNanos.From(span.StartTimeUnixNano);
        return new TelemetrySpan
        {
            TraceId = traceId,
            SpanId = spanId,
            ParentSpanId = OtlpReader.SpanIdOf(span.ParentSpanId),
            Name = reader.Text(span.Name, ref bytes),
            Kind = Enum.IsDefined((SpanKind)span.Kind) ? (SpanKind)span.Kind : SpanKind.Unspecified,
            StartNanos = start,
            // Clocks step back: a span that ends before it starts lasts nothing.
            DurationNanos = Math.Max(UnixNanos.From(span.EndTimeUnixNano) - start, 0),
            Status = span.Status?.Code switch
            {
                Status.Types.StatusCode.Ok => SpanStatus.Ok,
                Status.Types.StatusCode.Error => SpanStatus.Error,
                _ => SpanStatus.Unset,
            },
            StatusMessage = string.IsNullOrEmpty(span.Status?.Message) ? null : reader.Text(span.Status.Message, ref bytes),
            Source = source,
            Scope = scope,
            TraceState = span.TraceState.Length == 0 ? null : reader.Text(span.TraceState, ref bytes),
            Attributes = reader.Attributes(span.Attributes, ref bytes),
            Events = Events(span, ref bytes),
            Links = Links(span, ref bytes),
            EstimatedBytes = bytes,
        };
    }

    private SpanEvent[] Events(ReceivedSpan span, ref int bytes)
    {
        if (span.Events.Count == 0)
        {
            return [];
        }

        var events = new SpanEvent[span.Events.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var received = span.Events[i];
            bytes += PartBytes;
            events[i] = new(UnixNanos.From(received.TimeUnixNano), reader.Text(received.Name, ref bytes), reader.Attributes(received.Attributes, ref bytes));
        }

        return events;
    }

    private SpanLink[] Links(ReceivedSpan span, ref int bytes)
    {
        if (span.Links.Count == 0)
        {
            return [];
        }

        var links = new SpanLink[span.Links.Count];
        for (var i = 0; i < links.Length; i++)
        {
            var received = span.Links[i];
            bytes += PartBytes;
            links[i] = new(OtlpReader.TraceIdOf(received.TraceId), OtlpReader.SpanIdOf(received.SpanId), reader.Attributes(received.Attributes, ref bytes));
        }

        return links;
    }
}
