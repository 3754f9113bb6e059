using Marketplace.Contracts;
using StackExchange.Redis;

namespace Marketplace.Gateway.Products;

/// <summary>
/// Reads the shared cache in Redis, which the marketplaces' services write. A failure of Redis counts as a miss; after one, Redis is
/// not used until it answers again, so that only the first reads are slowed.
/// </summary>
internal sealed partial class SharedProductCache(IConnectionMultiplexer redis, TimeProvider time, ILogger<SharedProductCache> logger)
{
    /// <summary>How long a read may take: a slow cache is worse than none.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisReadBatcher _reads = new(redis.GetDatabase());
    private int _unavailable;

    /// <summary>Reads an entry; <c>null</c> when there is none or Redis fails.</summary>
    public async ValueTask<CachedProduct?> ReadAsync(string key)
    {
        if (Volatile.Read(ref _unavailable) != 0)
        {
            return null;
        }

        try
        {
            return Read(await _reads.GetAsync(key), key);
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            Suspend(cause);
            return null;
        }
    }

    /// <summary>Reads several entries at once, in the order of <paramref name="keys"/>.</summary>
    public async ValueTask<CachedProduct?[]> ReadAsync(string[] keys)
    {
        var entries = new CachedProduct?[keys.Length];
        if (keys.Length == 0 || Volatile.Read(ref _unavailable) != 0)
        {
            return entries;
        }

        try
        {
            var values = await _database.GetAllAsync(Array.ConvertAll(keys, key => (RedisKey)key));
            for (var i = 0; i < keys.Length; i++)
            {
                entries[i] = Read(values[i], keys[i]);
            }
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            Suspend(cause);
        }

        return entries;
    }

    /// <summary>Removes an entry older than the version that was stored: its service may have stopped between storing the product and caching it.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="version">The version that was stored.</param>
    /// <param name="keepsAbsence">Whether an entry that says that there is no such product stays.</param>
    public async ValueTask RemoveOlderAsync(string key, int version, bool keepsAbsence)
    {
        if (await ReadAsync(key) is not { } entry || (keepsAbsence && entry.IsAbsent) || (ProductJson.TryParse(entry.Product, out var product) && product.Version >= version))
        {
            return;
        }

        try
        {
            await _database.KeyDeleteAsync(key);
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is { } cause)
        {
            Suspend(cause);
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

        Log.InvalidEntry(logger, key);
        return null;
    }

    private void Suspend(string cause)
    {
        if (Interlocked.Exchange(ref _unavailable, 1) == 0)
        {
            Log.Unavailable(logger, cause);
            _ = ResumeWhenAvailableAsync();
        }
    }

    private async Task ResumeWhenAvailableAsync()
    {
        // The request that hit the failure did not ask for this.
        System.Diagnostics.Activity.Current = null;
        while (true)
        {
            await Task.Delay(PingInterval, time);
            try
            {
                await _database.CheckAsync();
                Volatile.Write(ref _unavailable, 0);
                Log.Available(logger);
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception exception) when (RedisFailure.CauseOf(exception) is not null)
            {
            }
            catch (Exception exception)
            {
                // Nobody else would ask Redis again.
                Log.CheckFailed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Redis is not available ({Cause}); products are read from their services until it is")]
        public static partial void Unavailable(ILogger logger, string cause);

        [LoggerMessage(LogLevel.Error, "Whether Redis is available again could not be found out; it is tried again")]
        public static partial void CheckFailed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Information, "Redis is available again")]
        public static partial void Available(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "The cache entry {Key} has an unknown form and is ignored")]
        public static partial void InvalidEntry(ILogger logger, string key);
    }
}
