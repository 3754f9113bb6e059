namespace Marketplace.Gateway.Options;

/// <summary>Connections that stay open.</summary>
internal sealed class SubscriptionOptions
{
    /// <summary>How many WebSockets and event streams may be open; more are refused with 503.</summary>
    public int Connections { get; set; } = 20_000;

    /// <summary>How many operations may run on one WebSocket.</summary>
    public int OperationsPerConnection { get; set; } = 100;

    /// <summary>How much may wait to be sent on all WebSockets together, in bytes; beyond it those are closed whose clients read too little.</summary>
    public long UnsentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many products may wait for one subscriber; one more ends the subscription with an error.</summary>
    public int Queue { get; set; } = 256;

    /// <summary>How long a WebSocket may take to send <c>connection_init</c>.</summary>
    public TimeSpan InitTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The keep-alive interval; a WebSocket that does not answer for as long is closed.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);
}
