using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Products;

/// <summary>
/// Products read lately, in this process's memory: bounded by bytes, kept for moments, and replaced as soon as a newer version
/// is stored. The moments bound how old an answer can be when Kafka, which brings the news, is away.
/// </summary>
internal sealed class ProductMemory
{
    /// <summary>What an entry takes besides its JSON.</summary>
    private const int Overhead = 512;

    private readonly FrozenDictionary<string, Shelf> _shelves;
    private readonly long _keptFor;
    private readonly TimeProvider _time;

    public ProductMemory(IOptions<GatewayOptions> options, TimeProvider time)
    {
        var (memory, marketplaces) = (options.Value.Memory, options.Value.Marketplaces);
        _keptFor = (long)memory.KeptFor.TotalMilliseconds;
        _time = time;
        _shelves = marketplaces.ToFrozenDictionary(marketplace => marketplace, _ => new Shelf(memory.Bytes / 4 * 3 / marketplaces.Count));
    }

    public bool TryGet(string marketplace, string id, out ProductJson product)
    {
        if (_shelves[marketplace].Products.TryGet(id, out var entry) && entry.Until > Now)
        {
            product = entry.Product;
            return true;
        }

        product = null!;
        return false;
    }

    /// <summary>To be taken before a product is read elsewhere, and given back with what was read.</summary>
    public int Epoch(string marketplace, string id) => Volatile.Read(ref _shelves[marketplace].Epoch(id));

    /// <summary>Keeps a product that was read, unless it was stored anew while it was read.</summary>
    /// <param name="marketplace">Where it is sold.</param>
    /// <param name="id">The id it was asked for by.</param>
    /// <param name="product">The product.</param>
    /// <param name="freshUntil">Until when it may be served without a refresh (Unix ms).</param>
    /// <param name="epoch">The <see cref="Epoch"/> before it was read.</param>
    public void Keep(string marketplace, string id, ProductJson product, long freshUntil, int epoch)
    {
        var until = Math.Min(freshUntil, Now + _keptFor);
        var shelf = _shelves[marketplace];
        lock (shelf)
        {
            if (shelf.Bytes > 0 && shelf.Epoch(id) == epoch && until > Now)
            {
                shelf.Products.Set(id, new Entry(product, until), product.Length + Overhead);
            }
        }
    }

    /// <summary>Replaces a product that is kept by its newly stored version.</summary>
    public void Renew(string marketplace, string id, ProductJson product)
    {
        var shelf = _shelves[marketplace];
        lock (shelf)
        {
            shelf.Epoch(id)++;
            if (shelf.Products.TryGet(id, out var entry) && entry.Product.Version <= product.Version)
            {
                shelf.Products.Set(id, new Entry(product, Now + _keptFor), product.Length + Overhead);
            }
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Entry(ProductJson Product, long Until);

    private sealed class Shelf(long bytes)
    {
        // Ids share counters: news of one product at worst keeps another, being read just then, from being kept.
        private readonly int[] _epochs = new int[1024];

        public long Bytes => bytes;

        public BoundedCache<string, ReadOnlySpan<char>, Entry> Products { get; } = new(bytes);

        public ref int Epoch(string id) => ref _epochs[(uint)string.GetHashCode(id) % (uint)_epochs.Length];
    }
}
