namespace Marketplace.Dashboard.Telemetry;

/// <summary>The log records kept in memory, oldest dropped first.</summary>
public sealed class LogStore
{
    private readonly Lock _gate = new();
    private readonly RingBuffer<TelemetryLog> _logs = new();
    private readonly ChangeSignal _changed = new();
    private readonly long _memoryBytes;
    private long _bytes;

    internal LogStore(long memoryBytes) => _memoryBytes = memoryBytes;

    /// <summary>Records received since the start.</summary>
    public long Received { get; private set; }

    /// <summary>Records dropped since the start to stay within memory.</summary>
    public long Dropped { get; private set; }

    internal ChangeSignal Changed => _changed;

    internal long Bytes => _bytes;

    /// <summary>The records that match, oldest first: the last <paramref name="limit"/> of them.</summary>
    /// <param name="query">What to look for; everything when null.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<TelemetryLog> Search(LogQuery? query = null, int limit = 1000)
    {
        TelemetryLog[] logs;
        lock (_gate)
        {
            // Numbers have no gaps, so those before the asked one need no look.
            var skip = query is { After: > 0 } && _logs.Count > 0 ? (int)Math.Clamp(query.After - _logs[0].Number + 1, 0, _logs.Count) : 0;
            logs = new TelemetryLog[_logs.Count - skip];
            for (var i = 0; i < logs.Length; i++)
            {
                logs[i] = _logs[skip + i];
            }
        }

        var found = new List<TelemetryLog>();
        for (var i = logs.Length - 1; i >= 0 && found.Count < limit; i--)
        {
            if (query is null || query.Matches(logs[i]))
            {
                found.Add(logs[i]);
            }
        }

        found.Reverse();
        return found;
    }

    /// <summary>Waits until a record matches, whether it is there already or arrives later.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before one matched.</exception>
    public async Task<TelemetryLog> WaitForAsync(Func<TelemetryLog, bool> match, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(match);
        var query = new LogQuery();
        while (true)
        {
            var next = _changed.Next;
            var logs = Search(query, int.MaxValue);
            foreach (var log in logs)
            {
                if (match(log))
                {
                    return log;
                }
            }

            if (logs.Count > 0)
            {
                query = query with { After = logs[^1].Number };
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    internal void Add(List<TelemetryLog> logs)
    {
        if (logs.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var log in logs)
            {
                log.Number = ++Received;
                _logs.Add(log);
                _bytes += log.EstimatedBytes;
            }

            while (_bytes > _memoryBytes && _logs.Count > 0)
            {
                _bytes -= _logs.RemoveFirst().EstimatedBytes;
                Dropped++;
            }
        }

        _changed.Raise();
    }

    /// <summary>Forgets all records; the counts stay.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            while (_logs.Count > 0)
            {
                _logs.RemoveFirst();
            }

            _bytes = 0;
        }

        _changed.Raise();
    }
}
