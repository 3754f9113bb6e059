using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>Whether a broker answers the client that the service itself uses.</summary>
internal sealed class KafkaHealthCheck(BrokerAdmin admin) : IHealthCheck
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Every broker answers it; describing the cluster asks a controller, which an embedded one lacks.
            await admin.GetMetadataAsync(RequestTimeout, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (KafkaException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Error.Code.ToString());
        }
    }
}
