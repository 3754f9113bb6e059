namespace Marketplace.Gateway.Security;

/// <summary>How fast a token bucket fills, and how far.</summary>
/// <param name="PerSecond">Tokens a second; more than 0.</param>
/// <param name="Burst">Its capacity, in tokens; at least 1.</param>
internal readonly record struct TokenRate(double PerSecond, int Burst)
{
    /// <summary>How long an empty bucket takes to be full.</summary>
    public TimeSpan TimeToFill => TimeSpan.FromSeconds(Burst / PerSecond);
}

/// <summary>The state of a token bucket: it fills steadily up to its capacity, and each request takes tokens out.</summary>
/// <param name="Tokens">How many were in it at that time.</param>
/// <param name="At">The time (Unix ms).</param>
internal readonly record struct TokenBucket(double Tokens, long At)
{
    /// <summary>Takes tokens.</summary>
    /// <param name="rate">How fast and how far it fills.</param>
    /// <param name="least">As many must be there, else none is taken.</param>
    /// <param name="most">Up to so many are taken.</param>
    /// <param name="now">The time (Unix ms); clocks of several instances may differ a little.</param>
    /// <param name="taken">How many were taken.</param>
    /// <param name="wait">When none was: how long until there are as many.</param>
    public TokenBucket Take(TokenRate rate, int least, int most, long now, out int taken, out TimeSpan wait)
    {
        var at = Math.Max(At, now);
        var tokens = Math.Min(rate.Burst, Tokens + ((at - At) * rate.PerSecond / 1000.0));
        if (tokens < least)
        {
            taken = 0;
            wait = TimeSpan.FromSeconds((least - tokens) / rate.PerSecond);
            return new(tokens, at);
        }

        taken = (int)Math.Min(tokens, most);
        wait = TimeSpan.Zero;
        return new(tokens - taken, at);
    }
}
