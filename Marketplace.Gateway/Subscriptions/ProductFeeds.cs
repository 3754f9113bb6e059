using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Marketplace.Gateway.Products;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Subscriptions;

/// <summary>Hands each stored product to those who asked to hear of it.</summary>
internal sealed class ProductFeeds
{
    private readonly int _queue;
    private readonly FrozenDictionary<string, Listeners> _marketplaces;

    public ProductFeeds(IOptions<GatewayOptions> options, IMeterFactory meters)
    {
        _queue = options.Value.Subscriptions.Queue;
        _marketplaces = options.Value.Marketplaces.ToFrozenDictionary(marketplace => marketplace, _ => new Listeners());
        meters.Create("Marketplace.Gateway").CreateObservableUpDownCounter("marketplace.gateway.subscriptions", () => Count, "{subscription}", "Subscriptions that are open.");
    }

    /// <summary>How many listen.</summary>
    public int Count => _marketplaces.Values.Sum(listeners => listeners.Count);

    /// <summary>Begins to listen; dispose the feed to end it.</summary>
    /// <param name="marketplace">A marketplace the gateway serves.</param>
    /// <param name="ids">The products meant; <c>null</c> for all of the marketplace.</param>
    public ProductFeed Open(string marketplace, IReadOnlyCollection<string>? ids)
    {
        var listeners = _marketplaces[marketplace];
        var feed = new ProductFeed(_queue, ids, listeners);
        listeners.Add(feed);
        return feed;
    }

    /// <summary>Hands on a product that was stored. Waits for nobody.</summary>
    /// <param name="marketplace">Where it is sold.</param>
    /// <param name="id">The id it is stored by.</param>
    /// <param name="product">The product as stored.</param>
    public void Publish(string marketplace, string id, ProductJson product) => _marketplaces[marketplace].Publish(id, product);

    /// <summary>Who listens to one marketplace.</summary>
    internal sealed class Listeners
    {
        private readonly Lock _gate = new();
        private readonly HashSet<ProductFeed> _all = [];
        private readonly Dictionary<string, HashSet<ProductFeed>> _byId = [];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Add(ProductFeed feed)
        {
            lock (_gate)
            {
                _count++;
                if (feed.Ids is null)
                {
                    _all.Add(feed);
                    return;
                }

                foreach (var id in feed.Ids)
                {
                    if (!_byId.TryGetValue(id, out var feeds))
                    {
                        _byId[id] = feeds = [];
                    }

                    feeds.Add(feed);
                }
            }
        }

        public void Remove(ProductFeed feed)
        {
            lock (_gate)
            {
                _count--;
                _all.Remove(feed);
                foreach (var id in feed.Ids ?? [])
                {
                    if (_byId.TryGetValue(id, out var feeds) && feeds.Remove(feed) && feeds.Count == 0)
                    {
                        _byId.Remove(id);
                    }
                }
            }
        }

        public void Publish(string id, ProductJson product)
        {
            if (Count == 0)
            {
                return;
            }

            lock (_gate)
            {
                foreach (var feed in _all)
                {
                    feed.Offer(product);
                }

                if (_byId.TryGetValue(id, out var feeds))
                {
                    foreach (var feed in feeds)
                    {
                        feed.Offer(product);
                    }
                }
            }
        }
    }
}
