namespace Marketplace.Dashboard.Telemetry;

/// <summary>What to look for among traces; a trace matches when every given condition holds.</summary>
public sealed record TraceQuery
{
    /// <summary>A span of it was sent by this service.</summary>
    public string? Service { get; init; }

    /// <summary>A span's name, attribute value, or the trace id contains this text (case does not matter).</summary>
    public string? Text { get; init; }

    /// <summary>True: at least one span failed. False: none did.</summary>
    public bool? HasError { get; init; }

    /// <summary>Some span ended at or after this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The trace started at or before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>False: it has a request or a message, and is not only what a service does on its own, such as polling.</summary>
    public bool Background { get; init; } = true;

    /// <summary>It lasts at least this long.</summary>
    public TimeSpan? MinDuration { get; init; }

    /// <summary>One span has all these attributes.</summary>
    public IReadOnlyList<AttributeFilter> Attributes { get; init; } = [];

    internal bool MayMatch(long startNanos, long endNanos, bool hasError) =>
        (HasError is not { } error || error == hasError)
        && (From is not { } from || endNanos >= UnixNanos.From(from))
        && (To is not { } to || startNanos <= UnixNanos.From(to))
        && (MinDuration is not { } least || endNanos - startNanos >= least.Ticks * 100);

    internal bool Matches(ReadOnlySpan<TelemetrySpan> spans)
    {
        var service = Service is null;
        var text = string.IsNullOrEmpty(Text) || (spans.Length > 0 && spans[0].TraceId.ToString().Contains(Text, StringComparison.OrdinalIgnoreCase));
        var attributes = Attributes.Count == 0;
        var kind = Background;
        foreach (var span in spans)
        {
            service |= span.Source.Name == Service;
            text = text || span.Name.Contains(Text!, StringComparison.OrdinalIgnoreCase) || AttributeFilter.AnyContains(span.Attributes, Text!);
            attributes = attributes || AttributeFilter.AllMatch(Attributes, span.Attributes, span.Source);
            kind |= span.Kind is SpanKind.Server or SpanKind.Producer or SpanKind.Consumer;
            if (service && text && attributes && kind)
            {
                return true;
            }
        }

        return false;
    }
}
