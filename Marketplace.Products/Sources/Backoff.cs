namespace Marketplace.Products;

/// <summary>Waits after failures in a row: each twice as long as the one before.</summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">The longest wait.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait after so many failures.</summary>
    /// <param name="failures">How many there were: 1 or more.</param>
    public TimeSpan Of(int failures)
    {
        var wait = First * Math.Pow(2, Math.Min(failures - 1, 30));
        return wait < Longest ? wait : Longest;
    }
}
