namespace Marketplace.Dashboard.Telemetry;

/// <summary>One span as received.</summary>
public sealed class TelemetrySpan
{
    /// <summary>The trace it belongs to.</summary>
    public required TraceId TraceId { get; init; }

    /// <summary>Its own id.</summary>
    public required SpanId SpanId { get; init; }

    /// <summary>The parent's id; not valid for a root.</summary>
    public SpanId ParentSpanId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its role in a call.</summary>
    public SpanKind Kind { get; init; }

    /// <summary>Start, in nanoseconds since 1970 (UTC).</summary>
    public required long StartNanos { get; init; }

    /// <summary>Duration in nanoseconds, never negative.</summary>
    public required long DurationNanos { get; init; }

    /// <summary>Outcome.</summary>
    public SpanStatus Status { get; init; }

    /// <summary>What the outcome's sender said about it.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>The process that sent it.</summary>
    public required TelemetrySource Source { get; init; }

    /// <summary>The instrumentation that made it.</summary>
    public required TelemetryScope Scope { get; init; }

    /// <summary>W3C tracestate; null when empty.</summary>
    public string? TraceState { get; init; }

    /// <summary>Its attributes.</summary>
    public AttributeList Attributes { get; init; }

    /// <summary>What happened within it.</summary>
    public IReadOnlyList<SpanEvent> Events { get; init; } = [];

    /// <summary>Spans of this or other traces it is related to.</summary>
    public IReadOnlyList<SpanLink> Links { get; init; } = [];

    /// <summary>End, in nanoseconds since 1970 (UTC).</summary>
    public long EndNanos => StartNanos + DurationNanos;

    /// <summary>Bytes this span is taken to hold in memory.</summary>
    internal int EstimatedBytes { get; init; }
}

/// <summary>Role of a span in a call (OpenTelemetry's SpanKind, same numbers).</summary>
public enum SpanKind
{
    /// <summary>Not given.</summary>
    Unspecified,

    /// <summary>Within the process.</summary>
    Internal,

    /// <summary>Handles a request.</summary>
    Server,

    /// <summary>Makes a request.</summary>
    Client,

    /// <summary>Sends a message.</summary>
    Producer,

    /// <summary>Receives or handles a message.</summary>
    Consumer,
}

/// <summary>Outcome of a span (OpenTelemetry's StatusCode, same numbers).</summary>
public enum SpanStatus
{
    /// <summary>Not given: nothing went wrong as far as known.</summary>
    Unset,

    /// <summary>Declared good.</summary>
    Ok,

    /// <summary>Failed.</summary>
    Error,
}

/// <summary>Something that happened within a span, such as an exception.</summary>
/// <param name="TimeNanos">When, in nanoseconds since 1970 (UTC).</param>
/// <param name="Name">What.</param>
/// <param name="Attributes">Details.</param>
public sealed record SpanEvent(long TimeNanos, string Name, AttributeList Attributes);

/// <summary>A relation to a span that is not the parent, such as the message a batch was made from.</summary>
/// <param name="TraceId">The other span's trace.</param>
/// <param name="SpanId">The other span.</param>
/// <param name="Attributes">Details.</param>
public sealed record SpanLink(TraceId TraceId, SpanId SpanId, AttributeList Attributes);
