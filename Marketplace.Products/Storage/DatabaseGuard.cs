using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Marketplace.Products.Storage;

/// <summary>
/// Repeats what failed in passing, stops asking a database that is away, and turns what is left into
/// <see cref="DatabaseUnavailableException"/>. Nothing is asked before the schema is in place.
/// </summary>
internal sealed partial class DatabaseGuard
{
    /// <summary>How long an open circuit lets nothing through.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline _pipeline;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DatabaseGuard(TimeProvider time, ILogger<DatabaseGuard> logger)
    {
        var passing = new PredicateBuilder().Handle<Exception>(IsPassing);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = passing,
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(50),
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = passing,
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(5),
                BreakDuration = BreakDuration,
                OnOpened = opened =>
                {
                    Log.Away(logger, opened.Outcome.Exception?.GetBaseException().Message);
                    return default;
                },
                OnClosed = _ =>
                {
                    Log.Back(logger);
                    return default;
                },
            })
            .AddTimeout(TimeSpan.FromSeconds(2))
            .Build();
    }

    /// <summary>Completes when the schema is in place.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Called once the schema is in place.</summary>
    public void Open() => _ready.TrySetResult();

    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        if (!_ready.Task.IsCompleted)
        {
            throw new DatabaseUnavailableException();
        }

        try
        {
            return await _pipeline.ExecuteAsync(static async (action, token) => await action(token), action, cancellationToken);
        }
        catch (Exception exception) when (exception is BrokenCircuitException || IsPassing(exception))
        {
            throw new DatabaseUnavailableException(exception);
        }
    }

    /// <summary>Whether a failure says that the database is away, and nothing of what it was asked.</summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        // A server that is starting, stopping or out of connections says so with an SQL state; Npgsql knows which ones pass.
        NpgsqlException npgsql => npgsql.IsTransient || npgsql is not PostgresException postgres || IsRefused(postgres),
        TimeoutRejectedException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether a sign-in was refused: while a password is changed, those with the old one are until they are replaced.</summary>
    public static bool IsRefused(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Postgres does not answer: {Reason}")]
        public static partial void Away(ILogger logger, string? reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Postgres answers again")]
        public static partial void Back(ILogger logger);
    }
}
