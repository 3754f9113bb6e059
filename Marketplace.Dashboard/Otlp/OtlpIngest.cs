using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>Where every request ends, whichever way it came: over the wire, from a file, or from an earlier run.</summary>
internal sealed class OtlpIngest
{
    private readonly TraceIngest _traces;
    private readonly LogIngest _logs;
    private readonly MetricIngest _metrics;

    public OtlpIngest(TelemetryStore store, TimeProvider time)
    {
        var reader = new OtlpReader(store);
        _traces = new TraceIngest(reader, store.Traces);
        _logs = new LogIngest(reader, store.Logs, time);
        _metrics = new MetricIngest(reader, store.Metrics);
    }

    /// <summary>Keeps what arrives over a restart; null when nothing is kept.</summary>
    public TelemetryJournal? Journal { get; set; }

    public ExportTraceServiceResponse Take(ExportTraceServiceRequest request)
    {
        Journal?.Write(Signal.Traces, request);
        return _traces.Take(request);
    }

    public ExportLogsServiceResponse Take(ExportLogsServiceRequest request)
    {
        Journal?.Write(Signal.Logs, request);
        return _logs.Take(request);
    }

    public ExportMetricsServiceResponse Take(ExportMetricsServiceRequest request)
    {
        Journal?.Write(Signal.Metrics, request);
        return _metrics.Take(request);
    }
}
