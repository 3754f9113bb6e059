namespace Marketplace.Dashboard.Telemetry;

/// <summary>One log record as received.</summary>
public sealed class TelemetryLog
{
    /// <summary>Counts the records received, from 1 without gaps, so that a reader can resume.</summary>
    public long Number { get; internal set; }

    /// <summary>When it was written, in nanoseconds since 1970 (UTC).</summary>
    public required long TimeNanos { get; init; }

    /// <summary>OpenTelemetry's severity number, 1 (trace) to 24 (fatal); 0 when not given.</summary>
    public int Severity { get; init; }

    /// <summary>The level.</summary>
    public LogSeverity Level => Severity switch
    {
        >= 21 => LogSeverity.Critical,
        >= 17 => LogSeverity.Error,
        >= 13 => LogSeverity.Warning,
        >= 9 or 0 => LogSeverity.Information,
        >= 5 => LogSeverity.Debug,
        _ => LogSeverity.Trace,
    };

    /// <summary>The text.</summary>
    public required string Body { get; init; }

    /// <summary>The trace it was written in; not valid when in none.</summary>
    public TraceId TraceId { get; init; }

    /// <summary>The span it was written in; not valid when in none.</summary>
    public SpanId SpanId { get; init; }

    /// <summary>The process that sent it.</summary>
    public required TelemetrySource Source { get; init; }

    /// <summary>The logger's category.</summary>
    public required TelemetryScope Scope { get; init; }

    /// <summary>OpenTelemetry's event name; null when it has none.</summary>
    public string? EventName { get; init; }

    /// <summary>Its attributes.</summary>
    public AttributeList Attributes { get; init; }

    /// <summary>Bytes this record is taken to hold in memory.</summary>
    internal int EstimatedBytes { get; init; }
}

/// <summary>Levels with the names .NET uses.</summary>
public enum LogSeverity
{
    /// <summary>OpenTelemetry's 1–4.</summary>
    Trace,

    /// <summary>5–8.</summary>
    Debug,

    /// <summary>9–12.</summary>
    Information,

    /// <summary>13–16.</summary>
    Warning,

    /// <summary>17–20.</summary>
    Error,

    /// <summary>21–24.</summary>
    Critical,
}
