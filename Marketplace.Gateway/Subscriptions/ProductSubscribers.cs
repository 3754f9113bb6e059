using System.Diagnostics.Metrics;
using Marketplace.Gateway.Products;
using Marketplace.Gateway.Schema;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>Hands each stored product to its subscribers.</summary>
internal sealed class ProductSubscribers
{
    private static readonly HashSet<SubscriberQueue> None = [];

    private readonly Lock _gate = new();
    private readonly Dictionary<ProductKey, HashSet<SubscriberQueue>> _queues = [];
    private readonly int _capacity;
    private int _count;

    public ProductSubscribers(IOptions<GatewayOptions> options, IMeterFactory meters)
    {
        _capacity = options.Value.Subscriptions.Queue;
        meters.Create("Marketplace.Gateway").CreateObservableUpDownCounter("marketplace.gateway.subscriptions", () => Count, "{subscription}", "Subscriptions that are open.");
    }

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a subscriber; disposing its queue removes it.</summary>
    public SubscriberQueue Add(ProductFilter filter)
    {
        ProductKey[] keys = filter.Ids is null ? [AllOf(filter.Marketplace)] : Array.ConvertAll(filter.Ids, id => new ProductKey(filter.Marketplace, id));
        var queue = new SubscriberQueue(_capacity, queue => Remove(queue, keys));
        lock (_gate)
        {
            _count++;
            foreach (var key in keys)
            {
                if (!_queues.TryGetValue(key, out var queues))
                {
                    _queues[key] = queues = [];
                }

                queues.Add(queue);
            }
        }

        return queue;
    }

    /// <summary>Hands on a product that was stored. Waits for no subscriber.</summary>
    /// <param name="key">The key it is stored by.</param>
    /// <param name="product">The product as stored.</param>
    public void Publish(ProductKey key, ProductJson product)
    {
        if (Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            Enqueue(AllOf(key.Marketplace), product);
            Enqueue(key, product);
        }
    }

    /// <summary>Hands on a product that was stored to those who named it by another of its ids; those who hear all have heard of it by its own.</summary>
    /// <param name="key">The key with that id.</param>
    /// <param name="product">The product with that id.</param>
    public void PublishAlias(ProductKey key, ProductJson product)
    {
        lock (_gate)
        {
            Enqueue(key, product);
        }
    }

    private void Enqueue(ProductKey key, ProductJson product)
    {
        foreach (var queue in _queues.GetValueOrDefault(key, None))
        {
            queue.Enqueue(product);
        }
    }

    // No product has an empty id.
    private static ProductKey AllOf(string marketplace) => new(marketplace, "");

    private void Remove(SubscriberQueue queue, ProductKey[] keys)
    {
        lock (_gate)
        {
            _count--;
            foreach (var key in keys)
            {
                if (_queues.TryGetValue(key, out var queues) && queues.Remove(queue) && queues.Count == 0)
                {
                    _queues.Remove(key);
                }
            }
        }
    }
}
