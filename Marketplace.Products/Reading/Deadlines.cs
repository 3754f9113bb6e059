namespace Marketplace.Products.Reading;

/// <summary>How long an answer may take.</summary>
internal static class Deadlines
{
    /// <summary>The share of the time left that is kept for the answer's way back, so that a caller learns of a time-out before giving up.</summary>
    private const double Margin = 0.1;

    /// <param name="deadline">When the caller gives up; <c>null</c> when unknown.</param>
    /// <param name="now">The time now.</param>
    /// <param name="defaultLimit">The time limit without a deadline.</param>
    public static TimeSpan TimeLeft(DateTimeOffset? deadline, DateTimeOffset now, TimeSpan defaultLimit)
    {
        var left = deadline is { } end ? (end - now) * (1 - Margin) : defaultLimit;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
