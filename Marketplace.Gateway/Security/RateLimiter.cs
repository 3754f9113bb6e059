using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Security;

/// <summary>
/// Limits how many requests a client may send, over all instances. An instance takes tokens from the client's shared bucket a tenth
/// of the burst at a time and spends them from memory, so that Redis is not asked for every request; a client that has none left is
/// refused from memory, too. Without Redis each instance limits for itself.
/// </summary>
internal sealed class RateLimiter(SharedBuckets shared, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>A flood of addresses is forgotten rather than kept.</summary>
    private const int Clients = 100_000;

    private readonly RateLimitOptions _rate = options.Value.RateLimit;
    private readonly BoundedCache<string, ReadOnlySpan<char>, Client> _clients = new(Clients);

    /// <summary>Lets requests pass.</summary>
    /// <param name="caller">Who sent them: the token's subject is the client, else the address.</param>
    /// <param name="address">The address they came from.</param>
    /// <param name="requests">How many they are.</param>
    /// <returns>How long to wait before trying again; <c>null</c> when they may pass.</returns>
    public ValueTask<TimeSpan?> TakeAsync(Caller caller, IPAddress? address, int requests = 1) =>
        _rate.PerSecond == 0 ? default : TakeAsync(caller.Subject ?? NameOf(address), requests);

    private async ValueTask<TimeSpan?> TakeAsync(string name, int requests)
    {
        // More than a full bucket holds can never pass.
        requests = Math.Min(requests, _rate.Burst);
        var client = Find(name);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (client.TryTake(requests, now, out var wait))
        {
            return wait;
        }

        await client.Asking.WaitAsync();
        try
        {
            if (client.TryTake(requests, now, out wait))
            {
                return wait;
            }

            var most = Math.Max(requests, _rate.Burst / 10);
            if (await shared.TakeAsync(name, requests, most) is { } lease)
            {
                return client.Keep(lease.Taken, requests, lease.Wait, now);
            }

            client.Own = client.Own.Take(_rate, requests, requests, now, out var taken, out var ownWait);
            return client.Keep(taken, requests, ownWait, now);
        }
        finally
        {
            client.Asking.Release();
        }
    }

    private Client Find(string name) => _clients.TryGet(name, out var client) ? client : _clients.GetOrAdd(name, new Client(_rate.Burst), 1);

    // Whoever has one address of IPv6 has its whole /64.
    private static string NameOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

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

        /// <summary>Decides from memory; <c>false</c> when the bucket must be asked.</summary>
        public bool TryTake(int requests, long now, out TimeSpan? wait)
        {
            wait = null;
            var refusedUntil = Volatile.Read(ref _refusedUntil);
            if (refusedUntil > now)
            {
                wait = TimeSpan.FromMilliseconds(refusedUntil - now);
                return true;
            }

            for (var leased = Volatile.Read(ref _leased); leased >= requests; leased = Volatile.Read(ref _leased))
            {
                if (Interlocked.CompareExchange(ref _leased, leased - requests, leased) == leased)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Keeps what was taken and not needed at once, or how long there is nothing to be had.</summary>
        public TimeSpan? Keep(int taken, int requests, TimeSpan wait, long now)
        {
            if (taken > 0)
            {
                Interlocked.Add(ref _leased, taken - requests);
                return null;
            }

            Volatile.Write(ref _refusedUntil, now + (long)wait.TotalMilliseconds);
            return wait;
        }
    }
}
