namespace Marketplace.Dashboard.Telemetry;

/// <summary>What to look for among log records; a record matches when every given condition holds.</summary>
public sealed record LogQuery
{
    /// <summary>Only records with a greater <see cref="TelemetryLog.Number"/>.</summary>
    public long After { get; init; }

    /// <summary>Sent by this service.</summary>
    public string? Service { get; init; }

    /// <summary>At least this level.</summary>
    public LogSeverity MinLevel { get; init; }

    /// <summary>The text, the category or an attribute's value contains this (case does not matter).</summary>
    public string? Text { get; init; }

    /// <summary>Written in this trace.</summary>
    public TraceId? TraceId { get; init; }

    /// <summary>Written in this span.</summary>
    public SpanId? SpanId { get; init; }

    /// <summary>Written at or after this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Written at or before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>All of these hold.</summary>
    public IReadOnlyList<AttributeFilter> Attributes { get; init; } = [];

    internal bool Matches(TelemetryLog log) =>
        log.Number > After
        && log.Level >= MinLevel
        && (Service is null || log.Source.Name == Service)
        && (TraceId is not { } traceId || log.TraceId == traceId)
        && (SpanId is not { } spanId || log.SpanId == spanId)
        && (From is not { } from || log.TimeNanos >= UnixNanos.From(from))
        && (To is not { } to || log.TimeNanos <= UnixNanos.From(to))
        && (string.IsNullOrEmpty(Text)
            || log.Body.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || log.Scope.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || AttributeFilter.AnyContains(log.Attributes, Text))
        && (Attributes.Count == 0 || AttributeFilter.AllMatch(Attributes, log.Attributes, log.Source));
}
