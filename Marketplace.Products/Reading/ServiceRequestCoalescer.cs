using System.Collections.Concurrent;

namespace Marketplace.Products.Reading;

/// <summary>Request coalescing in this process: requests for a key that is being worked on join that work and share its answer.</summary>
internal sealed class ServiceRequestCoalescer<T>
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<T>> _underway = new(StringComparer.Ordinal);

    /// <summary>Joins the work on a key.</summary>
    /// <param name="key">What it is about.</param>
    /// <param name="answer">The answer to come.</param>
    /// <returns>Whether there was work to join; else the caller has to do it with <see cref="CompleteAsync"/>.</returns>
    public bool TryJoin(string key, out Task<T> answer)
    {
        var mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = _underway.GetOrAdd(key, mine);
        answer = work.Task;
        return work != mine;
    }

    /// <summary>Does the work and gives its answer, or its failure, to all waiters; the next request begins anew. Never throws.</summary>
    public async Task CompleteAsync(string key, Func<Task<T>> work)
    {
        try
        {
            var answer = await work();
            if (_underway.TryRemove(key, out var waiters))
            {
                waiters.SetResult(answer);
            }
        }
        catch (Exception exception)
        {
            if (_underway.TryRemove(key, out var waiters))
            {
                waiters.SetException(exception);
            }
        }
    }
}
