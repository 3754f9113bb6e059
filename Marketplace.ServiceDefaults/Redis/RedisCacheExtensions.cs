using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Aspire's Redis client, for a cache that a service can run without.</summary>
public static class RedisCacheExtensions
{
    private const int ConnectTimeoutMs = 2_000;
    private const int CommandTimeoutMs = 1_000;

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Calls <see cref="AspireRedisExtensions.AddRedisClient"/> for a server that the service can run without: it starts without it and
    /// connects when it comes; while it is away commands fail at once, and the service is degraded, not unhealthy.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The connection string's name, and the health check's.</param>
    /// <param name="configureOptions">Changes the client's options after the section <c>Aspire:StackExchange:Redis</c> did.</param>
    public static void AddRedisCache(this IHostApplicationBuilder builder, string connectionName, Action<ConfigurationOptions>? configureOptions = null)
    {
        // Before the client is added, so that its section can change these.
        builder.Services.Configure<ConfigurationOptions>(options =>
        {
            options.AbortOnConnectFail = false;
            options.BacklogPolicy = BacklogPolicy.FailFast;
            options.ConnectTimeout = ConnectTimeoutMs;
            options.ConnectRetry = 1;
            options.AsyncTimeout = CommandTimeoutMs;
        });

        var (checks, traces) = (true, true);
        builder.AddRedisClient(
            connectionName,
            settings =>
            {
                (checks, traces) = (!settings.DisableHealthChecks, !settings.DisableTracing);
                settings.DisableHealthChecks = settings.DisableTracing = true;
            },
            configureOptions);
        if (traces)
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(RedisSpans.SourceName).AddProcessor<RedisSpans>());
        }

        if (checks)
        {
            ServerHealthCheck.Add(
                builder.Services, connectionName,
                (services, cancellationToken) => services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().CheckAsync().WaitAsync(CheckTimeout, cancellationToken),
                RedisFailure.CauseOf);
        }
    }
}
