using System.Diagnostics;

namespace Marketplace.Benchmarks.Load;

/// <summary>What callers saw.</summary>
/// <param name="times">The time of each answer, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="wrong">Answers other than the expected ones.</param>
/// <param name="elapsed">How long was measured.</param>
internal sealed class Measurement(IEnumerable<long> times, long wrong, TimeSpan elapsed)
{
    private readonly long[] _times = [.. times.Order()];

    /// <summary>Answers.</summary>
    public int Count => _times.Length;

    /// <summary>Answers other than the expected ones.</summary>
    public long Wrong => wrong;

    /// <summary>Answers a second.</summary>
    public double PerSecond => Count / Elapsed.TotalSeconds;

    /// <summary>The median time to an answer, in ms.</summary>
    public double Median => At(0.5);

    /// <summary>The time that 99 of 100 answers did not exceed, in ms.</summary>
    public double P99 => At(0.99);

    /// <summary>What was measured one after the other, as one.</summary>
    public static Measurement Of(IReadOnlyCollection<Measurement> parts) =>
        new(parts.SelectMany(part => part._times), parts.Sum(part => part.Wrong), parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Elapsed));

    private TimeSpan Elapsed => elapsed;

    private double At(double share) =>
        Count == 0 ? double.NaN : Stopwatch.GetElapsedTime(0, _times[(int)Math.Min(Count - 1, Count * share)]).TotalMilliseconds;
}
