using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using StackExchange.Redis;

namespace Marketplace.Products.Redis;

/// <summary>Calls Redis, which the service can do without: while it is away a circuit is open and no call waits for it.</summary>
internal sealed partial class RedisGuard
{
    private readonly IDatabase _redis;
    private readonly ResiliencePipeline _breaker;

    public RedisGuard(IConnectionMultiplexer redis, TimeProvider time, ILogger<RedisGuard> logger)
    {
        _redis = redis.GetDatabase();
        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(exception => RedisFailure.CauseOf(exception) is not null),
                FailureRatio = 0.5,
                MinimumThroughput = 3,
                SamplingDuration = TimeSpan.FromSeconds(5),
                BreakDuration = TimeSpan.FromSeconds(1),
                OnOpened = opened =>
                {
                    Log.Away(logger, RedisFailure.CauseOf(opened.Outcome.Exception));
                    return default;
                },
                OnClosed = _ =>
                {
                    Log.Back(logger);
                    return default;
                },
            })
            .Build();
    }

    /// <inheritdoc cref="RedisCluster.HasSlots"/>
    public bool HasSlots => _redis.HasSlots();

    /// <summary>The call's result; the type's default while Redis is away.</summary>
    public async ValueTask<T?> TryAsync<TState, T>(Func<IDatabase, TState, Task<T>> call, TState state)
    {
        try
        {
            return await _breaker.ExecuteAsync(
                static async (context, _) => await context.Call(context.Redis, context.State),
                (Call: call, Redis: _redis, State: state));
        }
        catch (Exception exception) when (exception is BrokenCircuitException || RedisFailure.CauseOf(exception) is not null)
        {
            return default;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is not available, products are read from Postgres: {Reason}")]
        public static partial void Away(ILogger logger, string? reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis is available again")]
        public static partial void Back(ILogger logger);
    }
}
