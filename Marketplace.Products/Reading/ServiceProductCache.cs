using Marketplace.Contracts;
using Marketplace.Products.Redis;
using Marketplace.Products.Storage;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Marketplace.Products.Reading;

/// <summary>The service's side of the shared cache in Redis, which it writes and gateways read. While Redis is away it is empty.</summary>
internal sealed class ServiceProductCache(RedisGuard redis, LeasedCache leases, MarketplaceName marketplace, Freshness freshness, TimeProvider time)
{
    /// <summary>Reads the entries of the ids, in their order; <c>null</c> where there is none.</summary>
    public async ValueTask<CachedProduct?[]> GetAsync(IReadOnlyList<string> ids)
    {
        var entries = new CachedProduct?[ids.Count];
        var keys = new RedisKey[ids.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = EntryKey(ids[i]);
        }

        var values = await redis.TryAsync(static (database, keys) => database.GetAllAsync(keys), keys);
        for (var i = 0; values is not null && i < keys.Length; i++)
        {
            if (CachedProduct.TryRead((ReadOnlyMemory<byte>)values[i], out var entry))
            {
                entries[i] = entry;
            }
        }

        return entries;
    }

    /// <summary>Reads one entry with the time it has left; <c>null</c> while Redis is away.</summary>
    public ValueTask<(CachedProduct? Entry, TimeSpan? TimeLeft)?> FindAsync(string id) => redis.TryAsync(
        static async (database, key) =>
        {
            var found = await database.StringGetWithExpiryAsync(key);
            CachedProduct? kept = CachedProduct.TryRead((ReadOnlyMemory<byte>)found.Value, out var entry) ? entry : null;
            return ((CachedProduct? Entry, TimeSpan? TimeLeft)?)(kept, found.Expiry);
        },
        EntryKey(id));

    /// <inheritdoc cref="LeasedCache.TakeAsync"/>
    public Task<LeaseAttempt> TakeLeaseAsync(string id, bool evenIfFresh, IDisposable? waiting = null, CancellationToken cancellationToken = default) =>
        leases.TakeAsync(EntryKey(id), evenIfFresh, waiting, cancellationToken);

    /// <inheritdoc cref="LeasedCache.TryTakeAsync"/>
    public ValueTask<LeaseAttempt> TryTakeLeaseAsync(string id) => leases.TryTakeAsync(EntryKey(id), evenIfFresh: false);

    /// <summary>Writes a product unless a newer entry is there, and releases the lease.</summary>
    public ValueTask WriteAsync(StoredProduct stored, byte[] json, CacheLease? lease)
    {
        var (id, fetchedAt, endsAt) = (stored.Id, stored.FetchedAt, stored.EndsAt);
        return leases.WriteAsync(
            EntryKey(id),
            CachedProduct.Write(json, freshness.FreshUntil(id, fetchedAt, endsAt)),
            freshness.KeptUntil(id, fetchedAt, endsAt),
            lease,
            fetchedAt,
            freshness.AbsentUntil(id, fetchedAt));
    }

    /// <summary>Writes that the marketplace does not have a product, unless a newer entry is there, and releases the lease.</summary>
    public ValueTask WriteAbsentAsync(string id, DateTimeOffset askedAt, CacheLease? lease)
    {
        var until = freshness.AbsentUntil(id, askedAt);
        return leases.WriteAsync(EntryKey(id), CachedProduct.Write([], until), until, lease, askedAt, until);
    }

    /// <summary>
    /// Writes a copy of an entry for gateways that are asked for the product by another of its ids, unless there is one. It lasts as long as the
    /// entry is fresh, and gateways remove it when a newer version is announced.
    /// </summary>
    /// <param name="id">That id.</param>
    /// <param name="product">The product's JSON with that id, or empty when no product has it.</param>
    /// <param name="freshUntil">Until when the entry is fresh (Unix ms).</param>
    public async ValueTask WriteAliasAsync(string id, ReadOnlyMemory<byte> product, long freshUntil)
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds(freshUntil);
        if (until - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await redis.TryAsync(
                static (database, copy) => database.StringSetAsync(copy.Key, copy.Entry, copy.Left, When.NotExists),
                (Key: EntryKey(id), Entry: (RedisValue)CachedProduct.Write(product.Span, until), Left: left));
        }
    }

    private RedisKey EntryKey(string id) => CachedProduct.Key(marketplace.Value, id);
}
