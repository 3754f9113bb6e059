namespace Marketplace.Dashboard.Telemetry;

/// <summary>One instrument of one service; its series differ by replica and by attributes.</summary>
public sealed class MetricInstrument
{
    internal MetricInstrument(string service, TelemetryScope meter, string name, string? unit, string? description, MetricKind kind)
    {
        Service = service;
        Meter = meter;
        Name = name;
        Unit = unit;
        Description = description;
        Kind = kind;
    }

    /// <summary><c>service.name</c> of the sender.</summary>
    public string Service { get; }

    /// <summary>The meter that made it.</summary>
    public TelemetryScope Meter { get; }

    /// <summary>Its name, such as <c>http.server.request.duration</c>.</summary>
    public string Name { get; }

    /// <summary>Its unit in UCUM, such as <c>s</c> or <c>By</c>; null when not given.</summary>
    public string? Unit { get; }

    /// <summary>What it measures; null when not given.</summary>
    public string? Description { get; }

    /// <summary>How its values are to be read.</summary>
    public MetricKind Kind { get; }

    internal Dictionary<string, MetricSeries> Series { get; } = [];
}

/// <summary>How an instrument's values are to be read.</summary>
public enum MetricKind
{
    /// <summary>The last value counts.</summary>
    Gauge,

    /// <summary>A sum that only grows: shown as a rate.</summary>
    Counter,

    /// <summary>A sum that goes up and down: the last value counts.</summary>
    UpDownCounter,

    /// <summary>A distribution.</summary>
    Histogram,
}

/// <summary>A measurement that was taken within a trace.</summary>
/// <param name="TimeNanos">When, in nanoseconds since 1970 (UTC).</param>
/// <param name="Value">What was measured.</param>
/// <param name="TraceId">In which trace.</param>
/// <param name="SpanId">In which span.</param>
public readonly record struct MetricExemplar(long TimeNanos, double Value, TraceId TraceId, SpanId SpanId);
