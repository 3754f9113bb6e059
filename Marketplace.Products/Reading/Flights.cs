using System.Collections.Concurrent;

namespace Marketplace.Products.Reading;

/// <summary>Work under way in this process, by what it is about: who asks for the same meanwhile gets the same answer.</summary>
internal sealed class Flights<T>
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<T>> _underway = new(StringComparer.Ordinal);

    /// <summary>Joins the work on a key.</summary>
    /// <param name="key">What it is about.</param>
    /// <param name="answer">The answer to come.</param>
    /// <returns>Whether there was none: the caller has to do the work and <see cref="Land"/> or <see cref="Fail"/>.</returns>
    public bool Board(string key, out Task<T> answer)
    {
        var mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var flight = _underway.GetOrAdd(key, mine);
        answer = flight.Task;
        return flight == mine;
    }

    /// <summary>Hands out the answer; the next one to ask begins anew.</summary>
    public void Land(string key, T answer)
    {
        if (_underway.TryRemove(key, out var flight))
        {
            flight.SetResult(answer);
        }
    }

    /// <summary>Hands out a failure; the next one to ask begins anew.</summary>
    public void Fail(string key, Exception exception)
    {
        if (_underway.TryRemove(key, out var flight))
        {
            flight.SetException(exception);
        }
    }
}
