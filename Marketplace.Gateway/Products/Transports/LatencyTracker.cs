namespace Marketplace.Gateway.Products.Transports;

/// <summary>Tracks a transport's latency and failures, for hedging. Safe for concurrent use.</summary>
/// <param name="time">The clock.</param>
internal sealed class LatencyTracker(TimeProvider time)
{
    /// <summary>Bounds of <see cref="HedgingDelay"/>.</summary>
    public static readonly TimeSpan ShortestHedgingDelay = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc cref="ShortestHedgingDelay"/>
    public static readonly TimeSpan LongestHedgingDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a failing transport is not used before one request tries it again.</summary>
    public static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(5);

    /// <summary>So many failures in a row begin the cooldown.</summary>
    public const int FailuresAllowed = 3;

    private const int Window = 128;
    private const int Step = 16;

    private readonly Lock _gate = new();
    private readonly TimeSpan[] _latencies = new TimeSpan[Window];
    private long _hedgingDelay = LongestHedgingDelay.Ticks;
    private int _count;
    private int _failures;
    private long _cooldownUntil;

    /// <summary>How long to wait before asking over the other transport too: the 95th percentile of recent latencies, within bounds.</summary>
    public TimeSpan HedgingDelay => TimeSpan.FromTicks(Volatile.Read(ref _hedgingDelay));

    /// <summary>Whether it is not to be used now. One caller is let through each time <see cref="Cooldown"/> is over.</summary>
    public bool IsInCooldown()
    {
        var until = Volatile.Read(ref _cooldownUntil);
        if (until == 0)
        {
            return false;
        }

        var now = time.GetUtcNow();
        return now.Ticks < until || Interlocked.CompareExchange(ref _cooldownUntil, (now + Cooldown).Ticks, until) != until;
    }

    /// <summary>Records a response and its latency.</summary>
    public void RecordResponse(TimeSpan latency)
    {
        lock (_gate)
        {
            _failures = 0;
            Volatile.Write(ref _cooldownUntil, 0);
            Add(latency);
        }
    }

    /// <summary>Records that it failed, or that the other transport was faster.</summary>
    /// <param name="waited">How long it was waited for; counted as a latency, since leaving out the slowest would shorten the delay bit by bit.</param>
    public void RecordFailure(TimeSpan waited)
    {
        lock (_gate)
        {
            Add(waited);
            if (++_failures >= FailuresAllowed)
            {
                Volatile.Write(ref _cooldownUntil, (time.GetUtcNow() + Cooldown).Ticks);
            }
        }
    }

    private void Add(TimeSpan latency)
    {
        _latencies[_count++ % Window] = latency;
        if (_count % Step == 0)
        {
            var sorted = _latencies[..Math.Min(_count, Window)];
            Array.Sort(sorted);
            var percentile = sorted[(((sorted.Length * 19) + 19) / 20) - 1];
            Volatile.Write(ref _hedgingDelay, Math.Clamp(percentile.Ticks, ShortestHedgingDelay.Ticks, LongestHedgingDelay.Ticks));
        }
    }
}
