namespace Marketplace.Gateway.Security;

/// <summary>
/// Slows down clients that go on although they are refused: after <see cref="AtOnce"/> refusals in a minute each further one comes
/// <see cref="Delay"/> late, so that a client gets no more of them in a second than it has connections.
/// </summary>
internal sealed class RefusalDelay(TimeProvider time)
{
    /// <summary>How many refusals of a client in a minute come at once; who heeds <c>Retry-After</c> does not get that many.</summary>
    public const int AtOnce = 10;

    /// <summary>How late further ones come.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    /// <summary>A flood of addresses is forgotten rather than kept.</summary>
    private const int Clients = 100_000;

    /// <summary>Further refusals come at once: what waits takes memory.</summary>
    private const int MostWaiting = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly BoundedCache<string, ReadOnlySpan<char>, Refusals> _clients = new(Clients);
    private int _waiting;

    /// <summary>Waits before a client learns that it is refused.</summary>
    public async ValueTask WaitAsync(string client, CancellationToken cancellationToken)
    {
        var refusals = _clients.TryGet(client, out var known) ? known : _clients.GetOrAdd(client, new Refusals(), 1);
        if (refusals.Count(time.GetUtcNow()) <= AtOnce)
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) <= MostWaiting)
            {
                await Task.Delay(Delay, time, cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private sealed class Refusals
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _since;
        private int _count;

        /// <summary>Counts one more; how many there were since the window began.</summary>
        public int Count(DateTimeOffset now)
        {
            lock (_lock)
            {
                if (now - _since > Window)
                {
                    (_since, _count) = (now, 0);
                }

                return ++_count;
            }
        }
    }
}
