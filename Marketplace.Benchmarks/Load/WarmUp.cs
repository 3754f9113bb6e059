namespace Marketplace.Benchmarks.Load;

/// <summary>Asks before anything is measured. Services run for weeks; compilation guided by profiles takes most of their first minute on busy cores.</summary>
internal static class WarmUp
{
    private const int FewestRounds = 4;
    private const int MostRounds = 12;
    private const double Better = 1.02;

    /// <summary>Asks in rounds, until as many rounds as there are at least have answered no better than one before them.</summary>
    /// <param name="round">How long a round is.</param>
    /// <param name="ask">Measures for a time.</param>
    public static async Task UntilSteadyAsync(TimeSpan round, Func<TimeSpan, Task<Measurement>> ask)
    {
        var (best, since) = (0.0, 0);
        for (var rounds = 0; rounds < MostRounds && since < FewestRounds; rounds++)
        {
            var answers = (await ask(round)).PerSecond;
            (best, since) = answers > best * Better ? (answers, 0) : (best, since + 1);
        }
    }
}
