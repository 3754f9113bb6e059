using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>Takes an OTLP logs request into the store.</summary>
internal sealed class LogIngest(OtlpReader reader, LogStore store, TimeProvider time)
{
    private const int LogBytes = 160;

    public ExportLogsServiceResponse Take(ExportLogsServiceRequest request)
    {
        var logs = new List<TelemetryLog>();
        foreach (var resourceLogs in request.ResourceLogs)
        {
            var source = reader.Source(resourceLogs.Resource, Signal.Logs);
            foreach (var scopeLogs in resourceLogs.ScopeLogs)
            {
                var scope = reader.Scope(scopeLogs.Scope);
                foreach (var record in scopeLogs.LogRecords)
                {
                    logs.Add(Read(record, source, scope));
                }
            }
        }

        store.Add(logs);
        return new ExportLogsServiceResponse();
    }

    private TelemetryLog Read(LogRecord record, TelemetrySource source, TelemetryScope scope)
    {
        var bytes = LogBytes;
        var body = AttributeList.Format(reader.Value(record.Body, ref bytes)) ?? "";
        return new TelemetryLog
        {
            TimeNanos = (record.TimeUnixNano, record.ObservedTimeUnixNano) switch
            {
                (0, 0) => UnixNanos.From(time.GetUtcNow()),
                (0, var observed) => UnixNanos.From(observed),
                (var written, _) => UnixNanos.From(written),
            },
            Severity = Math.Clamp((int)record.SeverityNumber, 0, 24),
            Body = body,
            TraceId = OtlpReader.TraceIdOf(record.TraceId),
            SpanId = OtlpReader.SpanIdOf(record.SpanId),
            Source = source,
            Scope = scope,
            EventName = record.EventName.Length == 0 ? null : reader.Text(record.EventName, ref bytes),
            Attributes = reader.Attributes(record.Attributes, ref bytes),
            EstimatedBytes = bytes,
        };
    }
}
