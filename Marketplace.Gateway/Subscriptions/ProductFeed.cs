using System.Threading.Channels;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Products;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>
/// What one subscriber is still to be told. It is bounded: a subscriber that falls too far behind gets what is waiting and then an
/// error, so that it knows it missed something and reads again; leaving products out silently would make it show old prices.
/// </summary>
internal sealed class ProductFeed : IDisposable
{
    private readonly Channel<ProductJson> _waiting;
    private readonly ProductFeeds.Listeners _listeners;
    private readonly int _capacity;
    private int _disposed;

    /// <param name="capacity">How many products may wait.</param>
    /// <param name="ids">The products meant; <c>null</c> for all.</param>
    /// <param name="listeners">Where the feed is taken out of at its end.</param>
    public ProductFeed(int capacity, IReadOnlyCollection<string>? ids, ProductFeeds.Listeners listeners)
    {
        Ids = ids is null ? null : new HashSet<string>(ids);
        _capacity = capacity;
        _listeners = listeners;
        _waiting = Channel.CreateBounded<ProductJson>(new BoundedChannelOptions(capacity) { SingleReader = true });
    }

    /// <summary>The products meant; <c>null</c> for all of the marketplace.</summary>
    public IReadOnlyCollection<string>? Ids { get; }

    /// <summary>The products in the order in which they were stored; the same one may come twice.</summary>
    /// <exception cref="GatewayError">The subscriber fell too far behind.</exception>
    public IAsyncEnumerable<ProductJson> ReadAllAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);

    public void Offer(ProductJson product)
    {
        if (!_waiting.Writer.TryWrite(product))
        {
            _waiting.Writer.TryComplete(GatewayError.TooSlow(_capacity));
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _listeners.Remove(this);
            _waiting.Writer.TryComplete();
        }
    }
}
