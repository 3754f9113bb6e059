using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Kafka;

/// <summary>Whether a broker answers a metadata request. The admin client lives as long as the AppHost, so that a check costs no new connection.</summary>
internal sealed class KafkaHealthCheck : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private IAdminClient? _client;

    /// <summary>Known once the broker's address is.</summary>
    public string? BootstrapServers { get; set; }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (BootstrapServers is null)
        {
            return HealthCheckResult.Unhealthy("The broker has no address yet.");
        }

        try
        {
            // The client has no asynchronous form of this.
            var brokers = await Task.Run(() => Client().GetMetadata(Limit).Brokers.Count, cancellationToken);
            return brokers > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No broker is known.");
        }
        catch (KafkaException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Error.Reason);
        }
    }

    public void Dispose() => _client?.Dispose();

    private IAdminClient Client()
    {
        lock (_lock)
        {
            return _client ??= new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers, ReconnectBackoffMaxMs = 500 })
                .SetLogHandler((_, _) => { }) // the health report says it
                .SetErrorHandler((_, _) => { })
                .Build();
        }
    }
}
