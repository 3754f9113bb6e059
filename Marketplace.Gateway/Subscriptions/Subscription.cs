using System.Buffers;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>A subscription that was accepted.</summary>
/// <param name="Queue">Its products.</param>
/// <param name="WriteAsync">Executes the selection for a product and writes the response.</param>
internal sealed record Subscription(SubscriberQueue Queue, Func<ProductJson, IBufferWriter<byte>, CancellationToken, ValueTask> WriteAsync) : IDisposable
{
    /// <inheritdoc cref="SubscriberQueue.ReadAllAsync"/>
    public IAsyncEnumerable<ProductJson> ReadAllAsync(CancellationToken cancellationToken) => Queue.ReadAllAsync(cancellationToken);

    public void Dispose() => Queue.Dispose();
}
