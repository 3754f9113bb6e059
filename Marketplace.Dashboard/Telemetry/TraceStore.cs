namespace Marketplace.Dashboard.Telemetry;

/// <summary>The traces kept in memory. The oldest trace is dropped whole, because half a trace misleads.</summary>
public sealed class TraceStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TraceId, Entry> _traces = [];
    private readonly RingBuffer<Entry> _byArrival = new();
    private readonly ChangeSignal _changed = new();
    private readonly long _memoryBytes;
    private long _bytes;

    internal TraceStore(long memoryBytes) => _memoryBytes = memoryBytes;

    /// <summary>Spans received since the start.</summary>
    public long ReceivedSpans { get; private set; }

    /// <summary>Spans dropped since the start to stay within memory.</summary>
    public long DroppedSpans { get; private set; }

    internal ChangeSignal Changed => _changed;

    internal long Bytes => _bytes;

    /// <summary>The trace with this id as received so far; null when it is not there.</summary>
    public TelemetryTrace? Find(TraceId id)
    {
        ReadOnlyMemory<TelemetrySpan> spans;
        lock (_gate)
        {
            if (!_traces.TryGetValue(id, out var entry))
            {
                return null;
            }

            spans = entry.Spans;
        }

        return new TelemetryTrace(id, spans.Span);
    }

    /// <summary>The traces that match, latest first.</summary>
    /// <param name="query">What to look for; everything when null.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<TelemetryTrace> Search(TraceQuery? query = null, int limit = 200)
    {
        var found = new List<TelemetryTrace>();
        foreach (var (id, spans) in Candidates(query))
        {
            if (found.Count == limit)
            {
                break;
            }

            if (query is null || query.Matches(spans.Span))
            {
                found.Add(new TelemetryTrace(id, spans.Span));
            }
        }

        return found;
    }

    /// <summary>Waits until a trace matches, looking at it again whenever spans arrive.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before one matched.</exception>
    public async Task<TelemetryTrace> WaitForAsync(Func<TelemetryTrace, bool> match, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(match);
        while (true)
        {
            var next = _changed.Next;
            foreach (var trace in Search(limit: int.MaxValue))
            {
                if (match(trace))
                {
                    return trace;
                }
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the trace with this id is there and matches, looking at it again whenever spans arrive.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it matched.</exception>
    public async Task<TelemetryTrace> WaitForAsync(TraceId id, Func<TelemetryTrace, bool> match, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(match);
        while (true)
        {
            var next = _changed.Next;
            if (Find(id) is { } trace && match(trace))
            {
                return trace;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    internal void Add(List<TelemetrySpan> spans)
    {
        if (spans.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var span in spans)
            {
                if (!_traces.TryGetValue(span.TraceId, out var entry))
                {
                    _traces.Add(span.TraceId, entry = new Entry(span.TraceId));
                    _byArrival.Add(entry);
                    _bytes += Entry.OwnBytes;
                }

                entry.Add(span);
                _bytes += span.EstimatedBytes;
            }

            ReceivedSpans += spans.Count;
            while (_bytes > _memoryBytes && _byArrival.Count > 0)
            {
                var oldest = _byArrival.RemoveFirst();
                _traces.Remove(oldest.Id);
                _bytes -= oldest.Bytes + Entry.OwnBytes;
                DroppedSpans += oldest.Spans.Length;
            }
        }

        _changed.Raise();
    }

    /// <summary>Forgets all traces; the counts stay.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            _traces.Clear();
            while (_byArrival.Count > 0)
            {
                _byArrival.RemoveFirst();
            }

            _bytes = 0;
        }

        _changed.Raise();
    }

    // Spans are only ever appended, so a slice taken under the lock stays valid outside it.
    private List<(TraceId Id, ReadOnlyMemory<TelemetrySpan> Spans)> Candidates(TraceQuery? query)
    {
        var candidates = new List<(TraceId, ReadOnlyMemory<TelemetrySpan>)>();
        lock (_gate)
        {
            for (var i = _byArrival.Count - 1; i >= 0; i--)
            {
                var entry = _byArrival[i];
                if (query is null || query.MayMatch(entry.StartNanos, entry.EndNanos, entry.HasError))
                {
                    candidates.Add((entry.Id, entry.Spans));
                }
            }
        }

        return candidates;
    }

    private sealed class Entry(TraceId id)
    {
        public const int OwnBytes = 200;
        private TelemetrySpan[] _spans = new TelemetrySpan[4];
        private int _count;

        public TraceId Id => id;

        public ReadOnlyMemory<TelemetrySpan> Spans => _spans.AsMemory(0, _count);

        public long StartNanos { get; private set; } = long.MaxValue;

        public long EndNanos { get; private set; }

        public bool HasError { get; private set; }

        public long Bytes { get; private set; }

        public void Add(TelemetrySpan span)
        {
            if (_count == _spans.Length)
            {
                Array.Resize(ref _spans, _count * 2);
            }

            _spans[_count++] = span;
            StartNanos = Math.Min(StartNanos, span.StartNanos);
            EndNanos = Math.Max(EndNanos, span.EndNanos);
            HasError |= span.Status == SpanStatus.Error;
            Bytes += span.EstimatedBytes;
        }
    }
}
