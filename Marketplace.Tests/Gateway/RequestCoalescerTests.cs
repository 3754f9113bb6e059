using Marketplace.Gateway.Products;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class RequestCoalescerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Callers_for_the_same_key_at_the_same_time_share_one_request()
    {
        var started = 0;
        var answer = new TaskCompletionSource<int>();
        var coalescer = new RequestCoalescer<string, int>((_, _) =>
        {
            Interlocked.Increment(ref started);
            return answer.Task;
        });

        var callers = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => coalescer.JoinAsync("a", TestContext.Current.CancellationToken))).ToList();
        var other = coalescer.JoinAsync("b", TestContext.Current.CancellationToken);
        await WaitUntilAsync(() => coalescer.Waiters("a") == 1000);
        answer.SetResult(7);

        Assert.All(await Task.WhenAll(callers).WaitAsync(Long, TestContext.Current.CancellationToken), value => Assert.Equal(7, value));
        Assert.Equal(7, await other);
        Assert.Equal(2, started);
        Assert.Equal(0, coalescer.Count);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_disturb_the_others()
    {
        using var leaving = new CancellationTokenSource();
        var answer = new TaskCompletionSource<int>();
        CancellationToken work = default;
        var coalescer = new RequestCoalescer<string, int>((_, token) =>
        {
            work = token;
            return answer.Task;
        });
        var staying = coalescer.JoinAsync("a", TestContext.Current.CancellationToken);
        var left = coalescer.JoinAsync("a", leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.False(work.IsCancellationRequested);
        answer.SetResult(1);
        Assert.Equal(1, await staying);
    }

    [Fact]
    public async Task When_all_waiters_have_left_the_request_is_cancelled_and_the_next_caller_starts_another()
    {
        using var leaving = new CancellationTokenSource();
        var works = new List<CancellationToken>();
        var coalescer = new RequestCoalescer<string, int>(async (_, token) =>
        {
            works.Add(token);
            await Task.Delay(works.Count == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            return works.Count;
        });
        var left = coalescer.JoinAsync("a", leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.True(works[0].IsCancellationRequested);
        Assert.Equal(0, coalescer.Count);
        Assert.Equal(2, await coalescer.JoinAsync("a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failure_reaches_all_waiters_and_is_not_cached()
    {
        var answer = new TaskCompletionSource<int>();
        var coalescer = new RequestCoalescer<string, int>((_, _) => answer.Task);
        var callers = Enumerable.Range(0, 3).Select(_ => coalescer.JoinAsync("a", TestContext.Current.CancellationToken)).ToList();

        answer.SetException(new InvalidOperationException());

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => caller);
        }

        Assert.Equal(0, coalescer.Count);
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
