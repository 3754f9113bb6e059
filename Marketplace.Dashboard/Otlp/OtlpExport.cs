using Google.Protobuf;
using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Resource = OpenTelemetry.Proto.Resource.V1.Resource;
using SentSpan = OpenTelemetry.Proto.Trace.V1.Span;

namespace Marketplace.Dashboard.Otlp;

/// <summary>The way back: what the stores hold as OTLP messages, a few hundred records each.</summary>
internal static class OtlpExport
{
    private const int LargestBatch = 500;

    public static IEnumerable<TracesData> Traces(IEnumerable<TelemetryTrace> traces) =>
        from spans in traces.SelectMany(trace => trace.Spans).GroupBy(span => (span.Source, span.Scope))
        from batch in spans.Chunk(LargestBatch)
        select new TracesData
        {
            ResourceSpans = { new ResourceSpans { Resource = From(spans.Key.Source), ScopeSpans = { new ScopeSpans { Scope = From(spans.Key.Scope), Spans = { batch.Select(From) } } } } },
        };

    public static IEnumerable<LogsData> Logs(IEnumerable<TelemetryLog> logs) =>
        from records in logs.GroupBy(log => (log.Source, log.Scope))
        from batch in records.Chunk(LargestBatch)
        select new LogsData
        {
            ResourceLogs = { new ResourceLogs { Resource = From(records.Key.Source), ScopeLogs = { new ScopeLogs { Scope = From(records.Key.Scope), LogRecords = { batch.Select(From) } } } } },
        };

    /// <param name="metrics">Where the series are.</param>
    /// <param name="first">Only points at or after this time, in nanoseconds since 1970 (UTC).</param>
    /// <param name="last">Only points at or before this time.</param>
    public static IEnumerable<MetricsData> Metrics(MetricStore metrics, long first, long last) =>
        from instrument in metrics.Instruments
        from series in metrics.Read(instrument)
        let points = series.Points.Where(point => point.TimeNanos >= first && point.TimeNanos <= last).ToList()
        where points.Count > 0
        select new MetricsData
        {
            ResourceMetrics =
            {
                new ResourceMetrics
                {
                    Resource = From(new TelemetrySource(instrument.Service, series.InstanceId, SourceAttributes(instrument.Service, series.InstanceId))),
                    ScopeMetrics = { new ScopeMetrics { Scope = From(instrument.Meter), Metrics = { From(instrument, series, points) } } },
                },
            },
        };

    private static SentSpan From(TelemetrySpan span)
    {
        var sent = new SentSpan
        {
            TraceId = Bytes(span.TraceId),
            SpanId = Bytes(span.SpanId),
            ParentSpanId = span.ParentSpanId.IsValid ? Bytes(span.ParentSpanId) : ByteString.Empty,
            TraceState = span.TraceState ?? "",
            Name = span.Name,
            Kind = (SentSpan.Types.SpanKind)span.Kind,
            StartTimeUnixNano = (ulong)span.StartNanos,
            EndTimeUnixNano = (ulong)span.EndNanos,
            Attributes = { From(span.Attributes) },
        };
        if (span.Status != SpanStatus.Unset)
        {
            sent.Status = new Status { Code = (Status.Types.StatusCode)span.Status, Message = span.StatusMessage ?? "" };
        }

        sent.Events.AddRange(span.Events.Select(e => new SentSpan.Types.Event { TimeUnixNano = (ulong)e.TimeNanos, Name = e.Name, Attributes = { From(e.Attributes) } }));
        sent.Links.AddRange(span.Links.Select(link => new SentSpan.Types.Link { TraceId = Bytes(link.TraceId), SpanId = Bytes(link.SpanId), Attributes = { From(link.Attributes) } }));
        return sent;
    }

    private static LogRecord From(TelemetryLog log) => new()
    {
        TimeUnixNano = (ulong)log.TimeNanos,
        SeverityNumber = (SeverityNumber)log.Severity,
        Body = new AnyValue { StringValue = log.Body },
        TraceId = log.TraceId.IsValid ? Bytes(log.TraceId) : ByteString.Empty,
        SpanId = log.SpanId.IsValid ? Bytes(log.SpanId) : ByteString.Empty,
        EventName = log.EventName ?? "",
        Attributes = { From(log.Attributes) },
    };

    private static Metric From(MetricInstrument instrument, MetricSeriesSnapshot series, List<MetricPoint> points)
    {
        var metric = new Metric { Name = instrument.Name, Unit = instrument.Unit ?? "", Description = instrument.Description ?? "" };
        var start = (ulong)points[0].TimeNanos;
        var attributes = From(series.Attributes).ToList();
        if (instrument.Kind == MetricKind.Histogram)
        {
            metric.Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative };
            foreach (var point in points)
            {
                var distribution = point.Distribution ?? Distribution.Empty;
                var sent = new HistogramDataPoint
                {
                    StartTimeUnixNano = start,
                    TimeUnixNano = (ulong)point.TimeNanos,
                    Sum = point.Value,
                    Count = (ulong)Math.Round(distribution.Count),
                    ExplicitBounds = { distribution.Bounds },
                    BucketCounts = { distribution.Buckets.Select(count => (ulong)Math.Round(count)) },
                    Attributes = { attributes },
                };
                metric.Histogram.DataPoints.Add(sent);
            }

            metric.Histogram.DataPoints[^1].Exemplars.AddRange(series.Exemplars.Select(e =>
                new Exemplar { TimeUnixNano = (ulong)e.TimeNanos, AsDouble = e.Value, TraceId = Bytes(e.TraceId), SpanId = Bytes(e.SpanId) }));
            return metric;
        }

        var numbers = points.Select(point => new NumberDataPoint { StartTimeUnixNano = start, TimeUnixNano = (ulong)point.TimeNanos, AsDouble = point.Value, Attributes = { attributes } });
        if (instrument.Kind == MetricKind.Gauge)
        {
            metric.Gauge = new Gauge { DataPoints = { numbers } };
        }
        else
        {
            metric.Sum = new Sum { AggregationTemporality = AggregationTemporality.Cumulative, IsMonotonic = instrument.Kind == MetricKind.Counter, DataPoints = { numbers } };
        }

        return metric;
    }

    private static AttributeList SourceAttributes(string service, string? instance) => new(instance is null
        ? [new("service.name", service)]
        : [new("service.name", service), new(MetricSeriesSnapshot.InstanceKey, instance)]);

    private static Resource From(TelemetrySource source) => new() { Attributes = { From(source.Attributes) } };

    private static InstrumentationScope From(TelemetryScope scope) => new() { Name = scope.Name, Version = scope.Version ?? "" };

    private static IEnumerable<KeyValue> From(AttributeList attributes) => attributes.Select(attribute => new KeyValue { Key = attribute.Key, Value = Value(attribute.Value) });

    private static AnyValue Value(object? value) => value switch
    {
        string text => new AnyValue { StringValue = text },
        bool flag => new AnyValue { BoolValue = flag },
        long number => new AnyValue { IntValue = number },
        double number => new AnyValue { DoubleValue = number },
        byte[] bytes => new AnyValue { BytesValue = ByteString.CopyFrom(bytes) },
        object?[] items => new AnyValue { ArrayValue = new ArrayValue { Values = { items.Select(Value) } } },
        AttributeList list => new AnyValue { KvlistValue = new KeyValueList { Values = { From(list) } } },
        _ => new AnyValue(),
    };

    private static ByteString Bytes(TraceId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, id.Value);
        return ByteString.CopyFrom(bytes);
    }

    private static ByteString Bytes(SpanId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, id.Value);
        return ByteString.CopyFrom(bytes);
    }
}
