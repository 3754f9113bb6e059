using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Products.Storage;

/// <summary>Not ready until the schema has been in place once; a database lost later is the client's check to tell.</summary>
internal sealed class SchemaHealthCheck(DatabaseGuard guard) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(guard.Ready.IsCompletedSuccessfully ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
