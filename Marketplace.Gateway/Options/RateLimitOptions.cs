namespace Marketplace.Gateway.Options;

/// <summary>How many requests one client may send: the subject of its token, else its address.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>How many a second in the long run; 0 limits nothing.</summary>
    public int PerSecond { get; set; }

    /// <summary>How many at once; unset: what ten seconds allow.</summary>
    public int Burst
    {
        get => field == 0 ? 10 * PerSecond : field;
        set;
    }

    /// <summary>How long an empty bucket takes to be full.</summary>
    public TimeSpan TimeToFill => TimeSpan.FromSeconds((double)Burst / PerSecond);
}
