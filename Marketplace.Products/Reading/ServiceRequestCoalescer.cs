using System.Collections.Concurrent;

namespace Marketplace.Products.Reading;

/// <summary>
/// Request coalescing in this process: requests for a key that is being worked on join that work and share its answer. A caller may leave at
/// any time; the work is cancelled when the last one has left.
/// </summary>
internal sealed class ServiceRequestCoalescer<T>(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Work> _underway = new(StringComparer.Ordinal);

    /// <summary>Joins the work on a key.</summary>
    /// <param name="key">What it is about.</param>
    /// <param name="limit">How long the caller waits; then its answer is a <see cref="TimeoutException"/>.</param>
    /// <param name="leaving">The caller waits no longer.</param>
    /// <param name="answer">The answer to come.</param>
    /// <returns>The work when there was none to join: the caller has to do it with <see cref="CompleteAsync"/>. Else <c>null</c>.</returns>
    public Work? Join(string key, TimeSpan limit, CancellationToken leaving, out Task<T> answer)
    {
        var mine = new Work(key);
        var work = _underway.GetOrAdd(key, mine);
        while (work != mine && !work.TryJoin())
        {
            Remove(work);
            work = _underway.GetOrAdd(key, mine);
        }

        answer = WaitAsync(work, limit, leaving);
        return work == mine ? work : null;
    }

    /// <summary>Does the work and gives its answer, or its failure, to all waiters; the next request begins anew. Never throws.</summary>
    /// <param name="work">What <see cref="Join"/> returned.</param>
    /// <param name="run">Does it; its token is cancelled when nobody waits any more.</param>
    public async Task CompleteAsync(Work work, Func<CancellationToken, Task<T>> run)
    {
        try
        {
            var answer = await run(work.Abandoned);
            Remove(work);
            work.Answer.SetResult(answer);
        }
        catch (Exception exception)
        {
            Remove(work);
            work.Answer.SetException(exception);
            _ = work.Answer.Task.Exception; // perhaps nobody is left to see it
        }
    }

    private void Remove(Work work) => _underway.TryRemove(KeyValuePair.Create(work.Key, work));

    private async Task<T> WaitAsync(Work work, TimeSpan limit, CancellationToken leaving)
    {
        try
        {
            return await work.Answer.Task.WaitAsync(limit, time, leaving);
        }
        finally
        {
            if (work.Leave())
            {
                Remove(work);
                work.Abandon();
            }
        }
    }

    /// <summary>The work on a key, which has one waiter at first.</summary>
#pragma warning disable CA1001 // Its token source has no timer and no wait handle: there is nothing to dispose.
    internal sealed class Work(string key)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _abandoned = new();
        private readonly Lock _lock = new();
        private int _waiters = 1;

        public string Key => key;

        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Nobody waits any more.</summary>
        public CancellationToken Abandoned => _abandoned.Token;

        /// <summary><c>false</c> when all waiters had left before.</summary>
        public bool TryJoin()
        {
            lock (_lock)
            {
                _waiters += _waiters > 0 ? 1 : 0;
                return _waiters > 0;
            }
        }

        /// <returns>Whether the last waiter left before there was an answer.</returns>
        public bool Leave()
        {
            lock (_lock)
            {
                return --_waiters == 0 && !Answer.Task.IsCompleted;
            }
        }

        public void Abandon() => _abandoned.Cancel();
    }
}
