using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>Whether a broker answers the client that the service itself uses.</summary>
internal sealed class KafkaHealthCheck(IClient client) : IHealthCheck
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    // Shares the client's connections; lives as long as it does.
    private readonly IAdminClient _admin = new DependentAdminClientBuilder(client.Handle).Build();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Metadata, which every broker answers (describing the cluster asks a controller, which an embedded one lacks);
            // the client offers this request only in a blocking form.
            await Task.Run(() => _admin.GetMetadata(RequestTimeout), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (KafkaException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Error.Code.ToString());
        }
    }
}
