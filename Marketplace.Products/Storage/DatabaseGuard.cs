using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Marketplace.Products.Storage;

/// <summary>
/// Retries transient failures, opens a circuit while the database is away, and turns the failures that remain into
/// <see cref="DatabaseUnavailableException"/>. Nothing is asked before the schema is in place.
/// </summary>
internal sealed partial class DatabaseGuard : IHealthCheck
{
    /// <summary>How long an open circuit lets nothing through.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline _pipeline;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DatabaseGuard(TimeProvider time, ILogger<DatabaseGuard> logger)
    {
        var transient = new PredicateBuilder().Handle<Exception>(IsTransient);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = transient,
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(50),
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = transient,
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

    /// <summary>Unhealthy until the schema has been in place once; a database that is away later is <see cref="PostgresHealthCheck"/>'s.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Ready.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

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
        catch (Exception exception) when (exception is BrokenCircuitException || IsTransient(exception))
        {
            throw new DatabaseUnavailableException(exception);
        }
    }

    /// <summary>Whether a failure means that the database is away, and says nothing about the command.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        // A server that is starting, stopping or out of connections says so with an SQL state; Npgsql knows the transient ones.
        NpgsqlException npgsql => npgsql.IsTransient || npgsql is not PostgresException postgres || IsRefused(postgres) || IsUnusable(postgres),
        TimeoutRejectedException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether a sign-in was refused: while a password is changed, those with the old one are until they are replaced.</summary>
    public static bool IsRefused(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification;

    // What an operator changes under a running service: a standby that only reads, a right or a table taken away, a statement cancelled;
    // a violation of the protocol is what PgBouncer calls a server that is away, a full pool and its other troubles.
    private static bool IsUnusable(PostgresException exception) => exception.SqlState
        is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege
        or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ProtocolViolation;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Postgres does not answer: {Reason}")]
        public static partial void Away(ILogger logger, string? reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Postgres answers again")]
        public static partial void Back(ILogger logger);
    }
}
