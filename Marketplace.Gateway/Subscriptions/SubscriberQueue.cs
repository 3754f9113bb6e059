using System.Threading.Channels;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>
/// The products that wait for one subscriber. It is bounded: a subscriber that falls too far behind gets what is waiting and then an
/// error, so that it knows it missed something and reads again; leaving products out silently would make it show old prices.
/// </summary>
/// <param name="capacity">How many products may wait.</param>
/// <param name="remove">Removes the queue from where it is filled.</param>
internal sealed class SubscriberQueue(int capacity, Action<SubscriberQueue> remove) : IDisposable
{
    private readonly Channel<ProductJson> _waiting = Channel.CreateBounded<ProductJson>(new BoundedChannelOptions(capacity) { SingleReader = true });
    private int _disposed;

    /// <summary>The products in the order in which they were stored; the same one may come twice.</summary>
    /// <exception cref="GatewayError">The subscriber fell too far behind.</exception>
    public IAsyncEnumerable<ProductJson> ReadAllAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);

    public void Enqueue(ProductJson product)
    {
        if (!_waiting.Writer.TryWrite(product))
        {
            _waiting.Writer.TryComplete(GatewayError.TooSlow(capacity));
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            remove(this);
            _waiting.Writer.TryComplete();
        }
    }
}
