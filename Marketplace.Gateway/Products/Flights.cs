using System.Collections.Concurrent;

namespace Marketplace.Gateway.Products;

/// <summary>
/// Lets callers who ask for the same thing at the same time share one answer. A caller may leave at any time;
/// the work is cancelled when the last one has left.
/// </summary>
/// <param name="fly">The work for a key.</param>
internal sealed class Flights<TKey, TResult>(Func<TKey, CancellationToken, Task<TResult>> fly)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Flight> _flights = new();

    /// <summary>Answers being worked for.</summary>
    public int Count => _flights.Count;

    /// <summary>Callers waiting for the answer to <paramref name="key"/>.</summary>
    public int Passengers(TKey key) => _flights.TryGetValue(key, out var flight) ? flight.Passengers : 0;

    /// <summary>Joins the flight for <paramref name="key"/>, or starts it.</summary>
    public async Task<TResult> JoinAsync(TKey key, CancellationToken cancellationToken)
    {
        Flight flight;
        while (!(flight = _flights.GetOrAdd(key, static (key, flights) => new Flight(flights, key), this)).TryBoard())
        {
            _flights.TryRemove(KeyValuePair.Create(key, flight));
        }

        try
        {
            return await flight.Landed.WaitAsync(cancellationToken);
        }
        finally
        {
            flight.Leave();
        }
    }

#pragma warning disable CA1001 // Its token source has no timer and no wait handle: there is nothing to dispose.
    private sealed class Flight(Flights<TKey, TResult> flights, TKey key)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _abandoned = new();
        private readonly Lock _gate = new();
        private int _passengers;
        private bool _closed;

        public int Passengers => Volatile.Read(ref _passengers);

        public Task<TResult> Landed { get; private set; } = null!;

        /// <summary><c>false</c> when everyone had left before, so that the work is already being cancelled.</summary>
        public bool TryBoard()
        {
            lock (_gate)
            {
                if (_closed)
                {
                    return false;
                }

                _passengers++;
                Landed ??= FlyAsync();
                return true;
            }
        }

        public void Leave()
        {
            lock (_gate)
            {
                if (--_passengers > 0)
                {
                    return;
                }

                _closed = true;
            }

            flights._flights.TryRemove(KeyValuePair.Create(key, this));
            if (!Landed.IsCompleted)
            {
                _abandoned.Cancel();
                // Nobody waits for it any more, so nobody else sees how it ends.
                _ = Landed.ContinueWith(static landed => _ = landed.Exception, CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }

        private async Task<TResult> FlyAsync()
        {
            try
            {
                return await flights.FlyAsync(key, _abandoned.Token);
            }
            finally
            {
                flights._flights.TryRemove(KeyValuePair.Create(key, this));
            }
        }
    }

    private Task<TResult> FlyAsync(TKey key, CancellationToken abandoned) => fly(key, abandoned);
}
