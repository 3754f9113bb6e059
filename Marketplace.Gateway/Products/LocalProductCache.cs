using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products;

/// <summary>
/// The local cache of products: bounded by bytes, with a short time to live, and updated as soon as a newer version is stored.
/// The time to live bounds how old a response can be while Kafka, which carries those events, is down.
/// </summary>
internal sealed class LocalProductCache
{
    /// <summary>What an entry takes besides its JSON, in bytes.</summary>
    private const int Overhead = 512;

    private readonly FrozenDictionary<string, Partition> _partitions;
    private readonly long _timeToLive;
    private readonly TimeProvider _time;

    public LocalProductCache(IOptions<GatewayOptions> options, TimeProvider time)
    {
        var (cache, marketplaces) = (options.Value.LocalCache, options.Value.Marketplaces);
        _timeToLive = (long)cache.TimeToLive.TotalMilliseconds;
        _time = time;
        _partitions = marketplaces.ToFrozenDictionary(marketplace => marketplace, _ => new Partition(cache.Bytes / 4 * 3 / marketplaces.Count));
    }

    public bool TryGet(ProductKey key, out ProductJson product)
    {
        if (_partitions[key.Marketplace].Products.TryGet(key.Id, out var entry) && entry.ExpiresAt > Now)
        {
            product = entry.Product;
            return true;
        }

        product = null!;
        return false;
    }

    /// <summary>Changes with each newly stored version; taken before a product is read, for <see cref="Add"/>.</summary>
    public int Epoch(ProductKey key) => Volatile.Read(ref _partitions[key.Marketplace].Epoch(key.Id));

    /// <summary>Adds a product that was read, unless a newer version was stored meanwhile.</summary>
    /// <param name="key">The key it was asked for by.</param>
    /// <param name="product">The product.</param>
    /// <param name="freshUntil">Until when it may be served without a refresh (Unix ms).</param>
    /// <param name="epoch">The <see cref="Epoch"/> before it was read.</param>
    public void Add(ProductKey key, ProductJson product, long freshUntil, int epoch)
    {
        var expiresAt = Math.Min(freshUntil, ExpiryOf(product));
        var partition = _partitions[key.Marketplace];
        lock (partition)
        {
            if (partition.Bytes > 0 && partition.Epoch(key.Id) == epoch && expiresAt > Now)
            {
                partition.Products.Set(key.Id, new Entry(product, expiresAt), product.Length + Overhead);
            }
        }
    }

    /// <summary>Replaces a cached product by its newly stored version, which is kept no longer than its listing lasts.</summary>
    public void Update(ProductKey key, ProductJson product)
    {
        var partition = _partitions[key.Marketplace];
        lock (partition)
        {
            partition.Epoch(key.Id)++;
            if (partition.Products.TryGet(key.Id, out var entry) && entry.Product.Version <= product.Version)
            {
                partition.Products.Set(key.Id, new Entry(product, ExpiryOf(product)), product.Length + Overhead);
            }
        }
    }

    /// <summary>Removes a product that is gone, unless it was stored again since.</summary>
    /// <param name="key">The product's key.</param>
    /// <param name="version">The version as which it is gone.</param>
    public void Remove(ProductKey key, int version)
    {
        var partition = _partitions[key.Marketplace];
        lock (partition)
        {
            partition.Epoch(key.Id)++;
            if (partition.Products.TryGet(key.Id, out var entry) && entry.Product.Version <= version)
            {
                partition.Products.Remove(key.Id);
            }
        }
    }

    // No product is kept for longer than its listing lasts, nor than its marketplace's terms allow to show it.
    private long ExpiryOf(ProductJson product)
    {
        var expiresAt = Now + _timeToLive;
        if (product.EndsAt is { } end && end > product.FetchedAt)
        {
            expiresAt = Math.Min(expiresAt, end.ToUnixTimeMilliseconds());
        }

        return product.ExpiresAt is { } limit ? Math.Min(expiresAt, limit.ToUnixTimeMilliseconds()) : expiresAt;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Entry(ProductJson Product, long ExpiresAt);

    private sealed class Partition(long bytes)
    {
        // Ids share counters; a collision at worst keeps a product that is being read from being added.
        private readonly int[] _epochs = new int[1024];

        public long Bytes => bytes;

        public BoundedCache<string, ReadOnlySpan<char>, Entry> Products { get; } = new(bytes);

        public ref int Epoch(string id) => ref _epochs[(uint)string.GetHashCode(id) % (uint)_epochs.Length];
    }
}
