using Xunit;

namespace Marketplace.Tests.EndToEnd;

/// <summary>Awaits a condition that only asking can show, such as "the service answers again".</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until <paramref name="accepted"/> holds and returns that answer; fails with the last answer after <paramref name="limit"/>.</summary>
    public static async Task<T> GetAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<T, bool> accepted, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(limit);
        using var timer = new PeriodicTimer(Interval);
        T? last = default;
        try
        {
            do
            {
                last = await ask(bound.Token);
                if (accepted(last))
                {
                    return last;
                }
            }
            while (await timer.WaitForNextTickAsync(bound.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        Assert.Fail($"Not within {limit}; the last answer was: {last}");
        return last!;
    }
}
