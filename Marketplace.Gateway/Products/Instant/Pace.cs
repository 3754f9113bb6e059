namespace Marketplace.Gateway.Products.Instant;

/// <summary>
/// How a way of asking has done lately: how long its answers take, and whether it gives any at all. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class Pace(TimeProvider time)
{
    /// <summary>Bounds of <see cref="Patience"/>.</summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc cref="LeastPatience"/>
    public static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a way that gives no answers is passed over before one caller tries it again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>A way is passed over after so many requests without an answer, with no answer between them.</summary>
    public const int MissesAllowed = 3;

    private const int Window = 128;
    private const int Step = 16;

    private readonly Lock _gate = new();
    private readonly TimeSpan[] _times = new TimeSpan[Window];
    private long _patience = MostPatience.Ticks;
    private int _count;
    private int _misses;
    private long _restUntil;

    /// <summary>How long to wait before asking in another way too: as long as 19 of 20 answers took lately, within bounds.</summary>
    public TimeSpan Patience => TimeSpan.FromTicks(Volatile.Read(ref _patience));

    /// <summary>Whether it is to be passed over. One caller is let through each time <see cref="Rest"/> is over.</summary>
    public bool IsResting()
    {
        var until = Volatile.Read(ref _restUntil);
        if (until == 0)
        {
            return false;
        }

        var now = time.GetUtcNow();
        return now.Ticks < until || Interlocked.CompareExchange(ref _restUntil, (now + Rest).Ticks, until) != until;
    }

    /// <summary>It answered.</summary>
    /// <param name="after">The time it took.</param>
    public void Answered(TimeSpan after)
    {
        lock (_gate)
        {
            _misses = 0;
            Volatile.Write(ref _restUntil, 0);
            Add(after);
        }
    }

    /// <summary>It failed, or another way was faster.</summary>
    /// <param name="after">How long it had been waited for, which counts as a time it took: leaving out the slowest would shorten the patience bit by bit.</param>
    public void Missed(TimeSpan after)
    {
        lock (_gate)
        {
            Add(after);
            if (++_misses >= MissesAllowed)
            {
                Volatile.Write(ref _restUntil, (time.GetUtcNow() + Rest).Ticks);
            }
        }
    }

    private void Add(TimeSpan took)
    {
        _times[_count++ % Window] = took;
        if (_count % Step == 0)
        {
            var sorted = _times[..Math.Min(_count, Window)];
            Array.Sort(sorted);
            var usual = sorted[(((sorted.Length * 19) + 19) / 20) - 1];
            Volatile.Write(ref _patience, Math.Clamp(usual.Ticks, LeastPatience.Ticks, MostPatience.Ticks));
        }
    }
}
