using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Security;

/// <summary>Bounds the connections that stay open: WebSockets and event streams together.</summary>
internal sealed class ConnectionLimit(IOptions<GatewayOptions> options)
{
    private readonly int _limit = options.Value.Subscriptions.Connections;
    private int _open;

    /// <summary>Counts a connection until it is disposed; <c>null</c> when there are as many as may be.</summary>
    public IDisposable? TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= _limit)
        {
            return new Connection(this);
        }

        Interlocked.Decrement(ref _open);
        return null;
    }

    private sealed class Connection(ConnectionLimit limit) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref limit._open);
    }
}
