using System.Runtime.CompilerServices;

namespace Marketplace.Dashboard.Api;

internal static class Batches
{
    /// <summary>What is there at once as one list, then each time what arrived meanwhile.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<T>> InBatches<T>(this IAsyncEnumerable<T> source, int largest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var items = source.GetAsyncEnumerator(leaving.Token);
        Task<bool>? pending = null;
        try
        {
            var batch = new List<T>();
            while (true)
            {
                pending = items.MoveNextAsync().AsTask();
                if (batch.Count == largest || (batch.Count > 0 && !pending.IsCompleted))
                {
                    yield return batch;
                    batch = [];
                }

                if (!await pending)
                {
                    break;
                }

                batch.Add(items.Current);
            }

            if (batch.Count > 0)
            {
                yield return batch;
            }
        }
        finally
        {
            // The reader may leave while the source still waits for its next item; only then may it be disposed.
            await leaving.CancelAsync();
            if (pending is not null)
            {
                await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await items.DisposeAsync();
        }
    }
}
