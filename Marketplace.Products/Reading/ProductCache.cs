using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace Marketplace.Products.Reading;

/// <summary>
/// Products in Redis. It is a cache: while it is away, nothing is found in it, nothing is kept, and nobody waits for it.
/// </summary>
internal sealed partial class ProductCache
{
    private readonly IDatabase _redis;
    private readonly string _marketplace;
    private readonly TimeProvider _time;
    private readonly ILogger<ProductCache> _logger;
    private readonly ResiliencePipeline _breaker;

    public ProductCache(IConnectionMultiplexer redis, MarketplaceName marketplace, TimeProvider time, ILogger<ProductCache> logger)
    {
        _redis = redis.GetDatabase();
        _marketplace = marketplace.Value;
        _time = time;
        _logger = logger;
        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RedisException>().Handle<TimeoutException>(),
                FailureRatio = 0.5,
                MinimumThroughput = 3,
                SamplingDuration = TimeSpan.FromSeconds(5),
                BreakDuration = TimeSpan.FromSeconds(1),
                OnOpened = _ =>
                {
                    Log.Away(_logger);
                    return default;
                },
                OnClosed = _ =>
                {
                    Log.Back(_logger);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Reads the entries of the ids, in their order; <c>null</c> where there is none.</summary>
    public async ValueTask<CachedProduct?[]> GetAsync(IReadOnlyList<string> ids)
    {
        var entries = new CachedProduct?[ids.Count];
        var keys = new RedisKey[ids.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = CachedProduct.Key(_marketplace, ids[i]);
        }

        var values = await TryAsync(static (redis, keys) => redis.StringGetAsync(keys), keys);
        for (var i = 0; values is not null && i < keys.Length; i++)
        {
            if (CachedProduct.TryRead((ReadOnlyMemory<byte>)values[i], out var entry))
            {
                entries[i] = entry;
            }
        }

        return entries;
    }

    /// <summary>Keeps an entry until its hard expiry.</summary>
    public async ValueTask SetAsync(string id, byte[] entry, DateTimeOffset expiry)
    {
        var remaining = expiry - _time.GetUtcNow();
        if (remaining > TimeSpan.Zero)
        {
            await TryAsync(
                static (redis, item) => redis.StringSetAsync(item.Key, item.Entry, item.Remaining),
                (Key: (RedisKey)CachedProduct.Key(_marketplace, id), Entry: (RedisValue)entry, Remaining: remaining));
        }
    }

    /// <summary>Whether the lease of an id is now this owner's; <c>null</c> when Redis is away.</summary>
    public async ValueTask<bool?> TakeLeaseAsync(string id, string owner, TimeSpan duration) =>
        await TryAsync(
            static async (redis, lease) => (bool?)await redis.LockTakeAsync(lease.Key, lease.Owner, lease.Duration),
            (Key: LeaseKey(id), Owner: (RedisValue)owner, Duration: duration));

    public async ValueTask ExtendLeaseAsync(string id, string owner, TimeSpan duration) =>
        await TryAsync(
            static (redis, lease) => redis.LockExtendAsync(lease.Key, lease.Owner, lease.Duration),
            (Key: LeaseKey(id), Owner: (RedisValue)owner, Duration: duration));

    public async ValueTask ReleaseLeaseAsync(string id, string owner) =>
        await TryAsync(
            static (redis, lease) => redis.LockReleaseAsync(lease.Key, lease.Owner),
            (Key: LeaseKey(id), Owner: (RedisValue)owner));

    private RedisKey LeaseKey(string id) => $"{_marketplace}:lease:{id}";

    private async ValueTask<T?> TryAsync<TState, T>(Func<IDatabase, TState, Task<T>> call, TState state)
    {
        try
        {
            return await _breaker.ExecuteAsync(
                static async (context, _) => await context.Call(context.Redis, context.State),
                (Call: call, Redis: _redis, State: state));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or BrokenCircuitException)
        {
            return default;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; products are read from Postgres meanwhile")]
        public static partial void Away(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again")]
        public static partial void Back(ILogger logger);
    }
}
