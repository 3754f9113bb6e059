namespace Marketplace.Gateway.Security;

/// <summary>
/// Limits what each client may do, over all instances. An instance takes tokens from the client's shared bucket a tenth
/// of the burst at a time and spends them from memory, so that Redis is not asked for every request; a client that has none left is
/// refused from memory, too. Without Redis each instance limits for itself.
/// </summary>
/// <param name="kind">What is limited; buckets of other kinds are others.</param>
/// <param name="rate">How much of it.</param>
/// <param name="shared">The buckets that all instances share.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimiter(string kind, TokenRate rate, SharedTokenBuckets shared, TimeProvider time)
{
    /// <summary>A flood of addresses is forgotten rather than kept.</summary>
    private const int Clients = 100_000;

    private readonly BoundedCache<string, ReadOnlySpan<char>, Client> _clients = new(Clients);

    /// <summary>How long a client that was refused has to wait; <c>null</c> unless it was. Nothing is taken.</summary>
    public TimeSpan? CurrentWait(string name) =>
        _clients.TryGet(name, out var client) ? client.CurrentWait(time.GetUtcNow().ToUnixTimeMilliseconds()) : null;

    /// <summary>Takes tokens from a client's bucket.</summary>
    /// <param name="name">The client.</param>
    /// <param name="tokens">How many, at least 1; of more than a full bucket holds, that many.</param>
    /// <returns>How long to wait before trying again; <c>null</c> when they were taken.</returns>
    public async ValueTask<TimeSpan?> TakeAsync(string name, int tokens = 1)
    {
        tokens = Math.Min(tokens, rate.Burst);
        var client = Find(name);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (client.TryTake(tokens, now, out var wait))
        {
            return wait;
        }

        await client.Asking.WaitAsync();
        try
        {
            if (client.TryTake(tokens, now, out wait))
            {
                return wait;
            }

            var most = Math.Max(tokens, rate.Burst / 10);
            if (await shared.TakeAsync($"{kind}:{name}", rate, tokens, most) is { } lease)
            {
                return client.Keep(lease.Taken, tokens, lease.Wait, now);
            }

            client.Own = client.Own.Take(rate, tokens, tokens, now, out var taken, out var ownWait);
            return client.Keep(taken, tokens, ownWait, now);
        }
        finally
        {
            client.Asking.Release();
        }
    }

    /// <summary>Gives back a token that was taken and not used.</summary>
    /// <param name="name">The client.</param>
    public void Return(string name)
    {
        if (_clients.TryGet(name, out var client))
        {
            client.Return();
        }
    }

    private Client Find(string name) => _clients.TryGet(name, out var client) ? client : _clients.GetOrAdd(name, new Client(rate.Burst), 1);

#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing to dispose.
    private sealed class Client(int burst)
#pragma warning restore CA1001
    {
        private int _leased;
        private long _refusedUntil;

        /// <summary>Held while the shared bucket is asked.</summary>
        public SemaphoreSlim Asking { get; } = new(1, 1);

        /// <summary>This instance's own bucket, for when there is no shared one.</summary>
        public TokenBucket Own { get; set; } = new(burst, 0);

        public TimeSpan? CurrentWait(long now) =>
            Volatile.Read(ref _refusedUntil) is var until && until > now ? TimeSpan.FromMilliseconds(until - now) : null;

        /// <summary>Decides from memory; <c>false</c> when the bucket must be asked.</summary>
        public bool TryTake(int tokens, long now, out TimeSpan? wait)
        {
            wait = CurrentWait(now);
            if (wait is not null)
            {
                return true;
            }

            for (var leased = Volatile.Read(ref _leased); leased >= tokens; leased = Volatile.Read(ref _leased))
            {
                if (Interlocked.CompareExchange(ref _leased, leased - tokens, leased) == leased)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Keeps a token for the next request.</summary>
        public void Return()
        {
            Interlocked.Increment(ref _leased);
            Volatile.Write(ref _refusedUntil, 0);
        }

        /// <summary>Keeps what was taken and not needed at once, or how long there is nothing to be had.</summary>
        public TimeSpan? Keep(int taken, int tokens, TimeSpan wait, long now)
        {
            if (taken > 0)
            {
                Interlocked.Add(ref _leased, taken - tokens);
                return null;
            }

            Volatile.Write(ref _refusedUntil, now + (long)wait.TotalMilliseconds);
            return wait;
        }
    }
}
