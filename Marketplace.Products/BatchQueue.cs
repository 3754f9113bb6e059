namespace Marketplace.Products;

/// <summary>
/// Works on items in batches: what comes while others are worked on goes into the next batch with what came meanwhile. One that comes alone is
/// worked on at once.
/// </summary>
/// <param name="run">Works on a batch and completes each of its items; throws nothing.</param>
/// <param name="bytesOf">An item's size.</param>
/// <param name="keyOf">Items with one key keep their order: the next waits until the one before is done. Without it all may go together.</param>
internal sealed class BatchQueue<T>(Func<List<T>, Task> run, Func<T, long> bytesOf, Func<T, string>? keyOf = null)
{
    /// <summary>So many calls keep Redis, which does nothing else meanwhile, for less than a millisecond.</summary>
    private const int MaxItems = 100;

    private const long MaxBytes = 1024 * 1024;

    /// <summary>How many batches are under way at most: while the server works on one, the next is made.</summary>
    private const int MaxBatches = 2;

    private readonly Lock _lock = new();
    private readonly LinkedList<T> _waiting = new();
    private readonly HashSet<string> _underway = new(StringComparer.Ordinal);
    private int _runners;

    public void Add(T item)
    {
        lock (_lock)
        {
            _waiting.AddLast(item);
            if (_runners < MaxBatches)
            {
                _runners++;
                _ = RunAsync();
            }
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (Take() is { Count: > 0 } batch)
        {
            await run(batch);
            if (keyOf is not null)
            {
                lock (_lock)
                {
                    batch.ForEach(item => _underway.Remove(keyOf(item)));
                }
            }
        }
    }

    private List<T> Take()
    {
        var taken = new List<T>();
        lock (_lock)
        {
            var bytes = 0L;
            for (var node = _waiting.First; node is not null && taken.Count < MaxItems && bytes < MaxBytes;)
            {
                var (item, next) = (node.Value, node.Next);
                if (keyOf is null || _underway.Add(keyOf(item)))
                {
                    taken.Add(item);
                    bytes += bytesOf(item);
                    _waiting.Remove(node);
                }

                node = next;
            }

            _runners -= taken.Count == 0 ? 1 : 0;
        }

        return taken;
    }
}
