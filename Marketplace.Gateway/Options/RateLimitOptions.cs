namespace Marketplace.Gateway.Options;

/// <summary>What one client may do: the subject of its token, else its address.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>How many requests a second in the long run; 0 limits nothing.</summary>
    public int PerSecond { get; set; }

    /// <summary>How many requests at once; unset: what ten seconds allow.</summary>
    public int Burst
    {
        get => field == 0 ? 10 * PerSecond : field;
        set;
    }

    /// <summary>How many tokens of an address may be rejected in a minute, all of them at once if need be, before its tokens are no longer checked; 0 limits nothing.</summary>
    public int RejectedTokensPerMinute { get; set; } = 60;
}
