using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>What waits to be sent on all WebSockets together.</summary>
internal sealed class SendBacklog(IOptions<GatewayOptions> options)
{
    private readonly long _most = options.Value.Subscriptions.UnsentBytes;
    private long _bytes;

    /// <summary>Whether it is more than may be.</summary>
    public bool IsFull => Volatile.Read(ref _bytes) > _most;

    /// <param name="bytes">How much more waits; less than 0 when it no longer does.</param>
    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);
}
