using Marketplace.Gateway.Products;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class FlightsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_asks_for_the_same_at_the_same_time_shares_one_answer()
    {
        var started = 0;
        var answer = new TaskCompletionSource<int>();
        var flights = new Flights<string, int>((_, _) =>
        {
            Interlocked.Increment(ref started);
            return answer.Task;
        });

        var callers = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => flights.JoinAsync("a", TestContext.Current.CancellationToken))).ToList();
        var other = flights.JoinAsync("b", TestContext.Current.CancellationToken);
        await WaitUntilAsync(() => flights.Passengers("a") == 1000);
        answer.SetResult(7);

        Assert.All(await Task.WhenAll(callers).WaitAsync(Long, TestContext.Current.CancellationToken), value => Assert.Equal(7, value));
        Assert.Equal(7, await other);
        Assert.Equal(2, started);
        Assert.Equal(0, flights.Count);
    }

    [Fact]
    public async Task Who_leaves_disturbs_nobody_else()
    {
        using var leaving = new CancellationTokenSource();
        var answer = new TaskCompletionSource<int>();
        CancellationToken work = default;
        var flights = new Flights<string, int>((_, token) =>
        {
            work = token;
            return answer.Task;
        });
        var staying = flights.JoinAsync("a", TestContext.Current.CancellationToken);
        var left = flights.JoinAsync("a", leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.False(work.IsCancellationRequested);
        answer.SetResult(1);
        Assert.Equal(1, await staying);
    }

    [Fact]
    public async Task When_all_have_left_the_work_is_cancelled_and_the_next_caller_starts_anew()
    {
        using var leaving = new CancellationTokenSource();
        var works = new List<CancellationToken>();
        var flights = new Flights<string, int>(async (_, token) =>
        {
            works.Add(token);
            await Task.Delay(works.Count == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            return works.Count;
        });
        var left = flights.JoinAsync("a", leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.True(works[0].IsCancellationRequested);
        Assert.Equal(0, flights.Count);
        Assert.Equal(2, await flights.JoinAsync("a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failure_reaches_all_and_is_not_kept()
    {
        var answer = new TaskCompletionSource<int>();
        var flights = new Flights<string, int>((_, _) => answer.Task);
        var callers = Enumerable.Range(0, 3).Select(_ => flights.JoinAsync("a", TestContext.Current.CancellationToken)).ToList();

        answer.SetException(new InvalidOperationException());

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => caller);
        }

        Assert.Equal(0, flights.Count);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Long);
        while (!condition())
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
