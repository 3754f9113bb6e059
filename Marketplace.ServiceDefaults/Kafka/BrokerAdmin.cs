using Confluent.Kafka;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// Administrative requests over a client's own connections. A blocking request that is still under way when the client goes
/// would read freed memory: this waits for it. A container disposes what it made last first, so this before the client.
/// </summary>
internal sealed class BrokerAdmin(IClient client) : IDisposable
{
    private readonly SemaphoreSlim _underway = new(1, 1);
    private bool _disposed;

    /// <summary>For requests that do not block.</summary>
    public IAdminClient Client { get; } = new DependentAdminClientBuilder(client.Handle).Build();

    /// <summary>Asks for the brokers and topics; the client offers this request only in a blocking form.</summary>
    /// <param name="limit">How long a broker may take.</param>
    /// <param name="cancellationToken">Ends the waiting for an earlier request; one that has begun takes its time.</param>
    /// <exception cref="KafkaException">No broker answered in time.</exception>
    /// <exception cref="ObjectDisposedException">The client is gone.</exception>
    public async Task<Metadata> GetMetadataAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await _underway.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await Task.Run(() => Client.GetMetadata(limit), CancellationToken.None);
        }
        finally
        {
            _underway.Release();
        }
    }

    public void Dispose()
    {
        _underway.Wait();
        try
        {
            if (!_disposed)
            {
                _disposed = true;
                Client.Dispose();
            }
        }
        finally
        {
            _underway.Release();
        }
    }
}
