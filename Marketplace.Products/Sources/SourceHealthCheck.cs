using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Products;

/// <summary>Degraded while the marketplace refuses this application's calls: what is stored is still served, and the log says what to do.</summary>
internal sealed class SourceHealthCheck(CallPause pause) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(pause.IsRefused ? HealthCheckResult.Degraded("The marketplace refuses this application's calls.") : HealthCheckResult.Healthy());
}
