using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>The Redis client, with Aspire's names and meaning.</summary>
public static class RedisExtensions
{
    private const string Section = "Aspire:StackExchange:Redis";
    private const int ConnectTimeoutMs = 2_000;
    private const int CommandTimeoutMs = 1_000;

    /// <summary>
    /// Registers <see cref="IConnectionMultiplexer"/> as a singleton. It starts without Redis and connects when Redis comes;
    /// Redis is a cache: while it is away commands fail at once, and the service is degraded, not unhealthy.
    /// </summary>
    public static void AddRedisClient(this IHostApplicationBuilder builder, string connectionName, Action<StackExchangeRedisSettings>? configureSettings = null, Action<ConfigurationOptions>? configureOptions = null)
    {
        var settings = new StackExchangeRedisSettings();
        ConnectionSettings.Bind(builder.Configuration, Section, connectionName, settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
        {
            var options = ConfigurationOptions.Parse(ConnectionSettings.Require(settings.ConnectionString, Section, connectionName));

            // A cache must not hold anyone up: not the start, and no command that would have to wait for a connection.
            options.AbortOnConnectFail = false;
            options.BacklogPolicy = BacklogPolicy.FailFast;
            options.ConnectTimeout = ConnectTimeoutMs;
            options.ConnectRetry = 1;
            options.AsyncTimeout = CommandTimeoutMs;
            builder.Configuration.GetSection($"{Section}:ConfigurationOptions").Bind(options);
            configureOptions?.Invoke(options);
            var connection = ConnectionMultiplexer.Connect(options);
            _ = new RedisConnectionLog(connection, services.GetRequiredService<ILoggerFactory>(), connectionName);
            if (!settings.DisableTracing)
            {
                connection.RegisterProfiler(RedisSpans.SessionOfCurrentActivity);
            }

            return connection;
        });

        if (!settings.DisableTracing)
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
                .AddSource(RedisSpans.SourceName)
                .AddProcessor(new RedisSpans()));
        }

        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                connectionName,
                services => new RedisHealthCheck(services.GetRequiredService<IConnectionMultiplexer>()),
                HealthStatus.Degraded, tags: null, TimeSpan.FromSeconds(3)));
        }
    }
}
