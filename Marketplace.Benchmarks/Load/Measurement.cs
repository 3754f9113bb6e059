using System.Diagnostics;

namespace Marketplace.Benchmarks.Load;

/// <summary>What callers saw.</summary>
/// <param name="Count">Answers.</param>
/// <param name="Wrong">Answers other than the expected ones.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Median">The median time to an answer, in ms.</param>
/// <param name="P99">The time that 99 of 100 answers did not exceed, in ms.</param>
internal sealed record Measurement(long Count, long Wrong, double PerSecond, double Median, double P99)
{
    /// <summary>Puts together what each caller measured.</summary>
    /// <param name="callers">The time of each answer, in ticks of <see cref="Stopwatch"/>, by caller.</param>
    /// <param name="wrong">Answers other than the expected ones.</param>
    /// <param name="elapsed">How long was measured.</param>
    public static Measurement Of(IEnumerable<List<long>> callers, long wrong, TimeSpan elapsed)
    {
        var times = callers.SelectMany(times => times).ToArray();
        Array.Sort(times);
        return new Measurement(times.Length, wrong, times.Length / elapsed.TotalSeconds, At(0.5), At(0.99));

        double At(double share) =>
            times.Length == 0 ? double.NaN : Stopwatch.GetElapsedTime(0, times[(int)Math.Min(times.Length - 1, times.Length * share)]).TotalMilliseconds;
    }
}
