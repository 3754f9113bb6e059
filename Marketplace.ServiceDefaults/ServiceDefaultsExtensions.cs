using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the system shares.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// How long a stopping service may take to finish what is in flight.
    /// Kubernetes' <c>terminationGracePeriodSeconds</c> (30 s unless set) must be longer.
    /// </summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Adds telemetry, health checks, service discovery, resilient HTTP clients and a bounded graceful shutdown.</summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.AddTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>Maps <c>/health</c> (ready: every check), <c>/alive</c> (the checks tagged <c>live</c>) and <c>/metrics</c> (Prometheus).</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint(OperationalPaths.Metrics).DisableHttpMetrics();
        return app;
    }
}
