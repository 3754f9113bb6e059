namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>How long a crashed resource waits before it is started again: doubling, and forgotten once it ran well for a while.</summary>
internal sealed class RestartDelay(TimeProvider time)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A resource that ran this long starts again with the first delay.</summary>
    public static readonly TimeSpan Forgiven = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;
    private long _started;

    /// <summary>Notes that the resource has just been started.</summary>
    public void Started() => _started = time.GetTimestamp();

    /// <summary>The wait before the next start.</summary>
    public TimeSpan Next()
    {
        if (time.GetElapsedTime(_started) >= Forgiven)
        {
            _next = First;
        }

        var delay = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return delay;
    }
}
