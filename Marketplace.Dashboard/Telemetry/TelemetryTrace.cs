namespace Marketplace.Dashboard.Telemetry;

/// <summary>The spans received so far with one trace id.</summary>
public sealed class TelemetryTrace
{
    internal TelemetryTrace(TraceId id, ReadOnlySpan<TelemetrySpan> spans)
    {
        Id = id;
        var ordered = spans.ToArray();
        // A parent that started within the same tick as its child stays before it.
        Array.Sort(ordered, static (a, b) =>
            a.StartNanos != b.StartNanos ? a.StartNanos.CompareTo(b.StartNanos) : b.DurationNanos.CompareTo(a.DurationNanos));
        Spans = ordered;
        Root = FindRoot(ordered);
        StartNanos = ordered[0].StartNanos;
        DurationNanos = ordered.Max(span => span.EndNanos) - StartNanos;
    }

    /// <summary>Its id.</summary>
    public TraceId Id { get; }

    /// <summary>Its spans by start time.</summary>
    public IReadOnlyList<TelemetrySpan> Spans { get; }

    /// <summary>The earliest span without a parent; when all have one, the earliest whose parent was not received.</summary>
    public TelemetrySpan Root { get; }

    /// <summary>Start of the earliest span, in nanoseconds since 1970 (UTC).</summary>
    public long StartNanos { get; }

    /// <summary>From the earliest start to the latest end, in nanoseconds.</summary>
    public long DurationNanos { get; }

    /// <summary>The span with this id; null when it was not received.</summary>
    public TelemetrySpan? Find(SpanId id)
    {
        foreach (var span in Spans)
        {
            if (span.SpanId == id)
            {
                return span;
            }
        }

        return null;
    }

    /// <summary>The spans whose parent is the given one, by start time.</summary>
    public IEnumerable<TelemetrySpan> ChildrenOf(TelemetrySpan parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return Spans.Where(span => span.ParentSpanId == parent.SpanId);
    }

    private static TelemetrySpan FindRoot(TelemetrySpan[] ordered)
    {
        foreach (var span in ordered)
        {
            if (!span.ParentSpanId.IsValid)
            {
                return span;
            }
        }

        var ids = ordered.Select(span => span.SpanId).ToHashSet();
        return ordered.FirstOrDefault(span => !ids.Contains(span.ParentSpanId)) ?? ordered[0];
    }
}
