namespace Marketplace.Products.Reading;

/// <summary>How long is waited for an answer.</summary>
internal static class Patience
{
    /// <summary>The share of the time left that the answer needs to arrive: a wait ends before the deadline, so that the asker hears why.</summary>
    private const double Margin = 0.1;

    /// <param name="deadline">When the asker gives up; <c>null</c> when nobody says.</param>
    /// <param name="now">The time now.</param>
    /// <param name="otherwise">How long is waited without a deadline.</param>
    public static TimeSpan Until(DateTimeOffset? deadline, DateTimeOffset now, TimeSpan otherwise)
    {
        var left = deadline is { } end ? (end - now) * (1 - Margin) : otherwise;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
