using System.Collections.Concurrent;

namespace Marketplace.Gateway.Products;

/// <summary>
/// Request coalescing: callers who ask for the same key at the same time share one request. A caller may leave at any time;
/// the request is cancelled when the last waiter has left.
/// </summary>
/// <param name="send">Sends the request for a key.</param>
internal sealed class RequestCoalescer<TKey, TResult>(Func<TKey, CancellationToken, Task<TResult>> send)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Request> _requests = new();

    /// <summary>Requests in flight.</summary>
    public int Count => _requests.Count;

    /// <summary>Callers waiting for <paramref name="key"/>.</summary>
    public int Waiters(TKey key) => _requests.TryGetValue(key, out var request) ? request.Waiters : 0;

    /// <summary>Joins the request for <paramref name="key"/>, or starts it.</summary>
    public async Task<TResult> JoinAsync(TKey key, CancellationToken cancellationToken)
    {
        Request request;
        while (!(request = _requests.GetOrAdd(key, static (key, coalescer) => new Request(coalescer, key), this)).TryJoin())
        {
            Remove(request);
        }

        try
        {
            return await request.Completion.WaitAsync(cancellationToken);
        }
        finally
        {
            request.Leave();
        }
    }

    private void Remove(Request request) => _requests.TryRemove(KeyValuePair.Create(request.Key, request));

    private async Task<TResult> SendAsync(Request request, CancellationToken abandoned)
    {
        try
        {
            return await send(request.Key, abandoned);
        }
        finally
        {
            Remove(request);
        }
    }

#pragma warning disable CA1001 // Its token source has no timer and no wait handle: there is nothing to dispose.
    private sealed class Request(RequestCoalescer<TKey, TResult> coalescer, TKey key)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _abandoned = new();
        private readonly Lock _gate = new();
        private int _waiters;
        private bool _closed;

        public TKey Key => key;

        public int Waiters => Volatile.Read(ref _waiters);

        public Task<TResult> Completion { get; private set; } = null!;

        /// <summary><c>false</c> when all waiters had left before, so that the request is already being cancelled.</summary>
        public bool TryJoin()
        {
            lock (_gate)
            {
                if (_closed)
                {
                    return false;
                }

                _waiters++;
                Completion ??= coalescer.SendAsync(this, _abandoned.Token);
                return true;
            }
        }

        public void Leave()
        {
            lock (_gate)
            {
                if (--_waiters > 0)
                {
                    return;
                }

                _closed = true;
            }

            coalescer.Remove(this);
            if (!Completion.IsCompleted)
            {
                _abandoned.Cancel();
                // Observes the exception, since no waiter is left to do so.
                _ = Completion.ContinueWith(static completed => _ = completed.Exception, CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }
}
