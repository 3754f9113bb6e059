using System.Collections.Concurrent;

namespace Marketplace.Products.Reading;

/// <summary>Reads under way in this process, by id: who asks for the same id meanwhile gets the same answer.</summary>
internal sealed class Flights
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ProductRead>> _underway = new(StringComparer.Ordinal);

    /// <summary>Joins the read of an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="answer">The answer to come.</param>
    /// <returns>Whether there was none: the caller has to do the read and <see cref="Land"/>.</returns>
    public bool Board(string id, out Task<ProductRead> answer)
    {
        var mine = new TaskCompletionSource<ProductRead>(TaskCreationOptions.RunContinuationsAsynchronously);
        var flight = _underway.GetOrAdd(id, mine);
        answer = flight.Task;
        return flight == mine;
    }

    /// <summary>Hands out the answer; the next one to ask begins a read of its own.</summary>
    public void Land(string id, ProductRead answer)
    {
        if (_underway.TryRemove(id, out var flight))
        {
            flight.SetResult(answer);
        }
    }
}
