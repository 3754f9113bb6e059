using Marketplace.Messaging.Contracts;
using StackExchange.Redis;

namespace Marketplace.Gateway.Products;

/// <summary>
/// The shared cache in Redis: the marketplaces' services write it, and here it is read. Redis being away is no error, only a miss;
/// after a failure it is left alone until it answers a ping, so that only the first reads notice.
/// </summary>
internal sealed partial class ProductCache(IConnectionMultiplexer redis, TimeProvider time, ILogger<ProductCache> logger)
{
    /// <summary>A slow cache is worse than none.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PauseBetweenPings = TimeSpan.FromSeconds(1);

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly CacheReads _reads = new(redis.GetDatabase());
    private int _away;

    /// <summary>Reads an entry; <c>null</c> when there is none or Redis does not answer.</summary>
    public async ValueTask<CachedProduct?> ReadAsync(string key)
    {
        if (Volatile.Read(ref _away) != 0)
        {
            return null;
        }

        try
        {
            return Read(await _reads.GetAsync(key), key);
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            LeaveAlone(cause);
            return null;
        }
    }

    /// <summary>Reads several entries at once, in the order of <paramref name="keys"/>.</summary>
    public async ValueTask<CachedProduct?[]> ReadAsync(string[] keys)
    {
        var entries = new CachedProduct?[keys.Length];
        if (keys.Length == 0 || Volatile.Read(ref _away) != 0)
        {
            return entries;
        }

        try
        {
            var values = await _database.StringGetAsync(Array.ConvertAll(keys, key => (RedisKey)key));
            for (var i = 0; i < keys.Length; i++)
            {
                entries[i] = Read(values[i], keys[i]);
            }
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            LeaveAlone(cause);
        }

        return entries;
    }

    /// <summary>Drops an entry older than the version that was stored: its service may have ended after storing that and before keeping it here.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="version">The version that was stored.</param>
    public async ValueTask DropOlderAsync(string key, int version)
    {
        if (await ReadAsync(key) is not { } entry || (ProductJson.TryParse(entry.Product, out var kept) && kept.Version >= version))
        {
            return;
        }

        try
        {
            await _database.KeyDeleteAsync(key);
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            LeaveAlone(cause);
        }
    }

    private CachedProduct? Read(byte[]? entry, string key)
    {
        if (entry is null)
        {
            return null;
        }

        if (CachedProduct.TryRead(entry, out var cached))
        {
            return cached;
        }

        Log.NotAnEntry(logger, key);
        return null;
    }

    private void LeaveAlone(string cause)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            Log.Away(logger, cause);
            _ = ReturnWhenBackAsync();
        }
    }

    private async Task ReturnWhenBackAsync()
    {
        // Not the work of the request that happened to notice.
        System.Diagnostics.Activity.Current = null;
        while (true)
        {
            await Task.Delay(PauseBetweenPings, time);
            try
            {
                await _database.PingAsync();
                Volatile.Write(ref _away, 0);
                Log.Back(logger);
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception) when (RedisFailure.CauseOf(exception) is not null)
            {
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Redis does not serve ({Cause}); products are read over Kafka until it does")]
        public static partial void Away(ILogger logger, string cause);

        [LoggerMessage(LogLevel.Information, "Redis answers again")]
        public static partial void Back(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "The cache's entry {Key} has an unknown form and is passed over")]
        public static partial void NotAnEntry(ILogger logger, string key);
    }
}
