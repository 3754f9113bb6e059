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

    /// <summary>How many texts a client may have kept under their hash in a minute (persisted queries), all of them at once if need be; 0 limits nothing.</summary>
    public int NewQueriesPerMinute { get; set; } = 60;

    /// <summary>
    /// How many products and searches a client without a token may ask for in a minute, all of them at once if need be, that the
    /// marketplace has to be asked for; 0 limits nothing. Those that a cache or a database answers are not counted.
    /// </summary>
    public int ColdReadsPerMinute { get; set; } = 100;

    /// <summary>The same for the subject of a token.</summary>
    public int ColdReadsPerMinuteWithToken { get; set; } = 1_000;
}
