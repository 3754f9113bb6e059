using Aspire.Hosting;
using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Kafka;

/// <summary>Whether a broker answers a metadata request. The admin client lives as long as the AppHost, so that a check costs no new connection.</summary>
internal sealed class KafkaHealthCheck(KafkaServerResource kafka) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Lazy<IAdminClient> _client = new(() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = $"{kafka.PrimaryEndpoint.Host}:{kafka.PrimaryEndpoint.Port}", ReconnectBackoffMaxMs = 500 })
            .SetLogHandler((_, _) => { }) // the health report says it
            .SetErrorHandler((_, _) => { })
            .Build());

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!kafka.PrimaryEndpoint.IsAllocated)
        {
            return HealthCheckResult.Unhealthy("The broker has no address yet.");
        }

        try
        {
            // The client has no asynchronous form of this.
            var brokers = await Task.Run(() => _client.Value.GetMetadata(Limit).Brokers.Count, cancellationToken);
            return brokers > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No broker is known.");
        }
        catch (KafkaException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Error.Reason);
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }
}
