using Marketplace.Messaging.Contracts;
using Marketplace.Products.Redis;
using StackExchange.Redis;

namespace Marketplace.Products.Reading;

/// <summary>Products in Redis: while it is away, nothing is found in it and nothing is kept.</summary>
internal sealed class ProductCache(RedisGuard redis, MarketplaceName marketplace, TimeProvider time)
{
    /// <summary>Reads the entries of the ids, in their order; <c>null</c> where there is none.</summary>
    public async ValueTask<CachedProduct?[]> GetAsync(IReadOnlyList<string> ids)
    {
        var entries = new CachedProduct?[ids.Count];
        var keys = new RedisKey[ids.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = CachedProduct.Key(marketplace.Value, ids[i]);
        }

        var values = await redis.TryAsync(static (database, keys) => database.StringGetAsync(keys), keys);
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
        (RedisKey)CachedProduct.Key(marketplace.Value, id));

    /// <summary>Keeps an entry until its hard expiry.</summary>
    public async ValueTask SetAsync(string id, byte[] entry, DateTimeOffset expiry)
    {
        var remaining = expiry - time.GetUtcNow();
        if (remaining > TimeSpan.Zero)
        {
            await redis.TryAsync(
                static (database, item) => database.StringSetAsync(item.Key, item.Entry, item.Remaining),
                (Key: (RedisKey)CachedProduct.Key(marketplace.Value, id), Entry: (RedisValue)entry, Remaining: remaining));
        }
    }
}
