using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the system shares.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// The drain period: how long a stopping service may take to finish requests in flight.
    /// Kubernetes' <c>terminationGracePeriodSeconds</c> (30 s unless set) must be longer.
    /// </summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Adds telemetry, health checks, service discovery for HTTP clients and a bounded graceful shutdown.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="traceUnexportedRequests">
    /// Whether an HTTP request has a trace, and so an id, when no receiver of traces is configured. It takes some 500 bytes a request: a service
    /// with many short responses can set it to <c>false</c> and start a span itself where an id is needed.
    /// </param>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder, bool traceUnexportedRequests = true)
    {
        OutsideProxy.UseFor(builder.Configuration);
        builder.AddTelemetry(traceUnexportedRequests);
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready: every check), <c>/alive</c> (the checks tagged <c>live</c>) and <c>/metrics</c> (Prometheus). The last is
    /// there only on the port that the setting <c>Management:Port</c> names, which must be one of those that the service listens on.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        var port = app.Configuration.GetValue<int?>("Management:Port");
        app.MapPrometheusScrapingEndpoint(OperationalPaths.Metrics).DisableHttpMetrics().Add(endpoint =>
        {
            var scrape = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => context.Connection.LocalPort == port ? scrape(context) : Results.NotFound().ExecuteAsync(context);
        });
        return app;
    }

    /// <summary>Runs the service until it is asked to stop, or until one of its background services fails.</summary>
    /// <returns>
    /// The exit code: 0, or 1 when one failed; the host's own would be 0, and an orchestrator would not restart the service. Also 1 when it
    /// could not start; the reason is then the last line on standard error.
    /// </returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        var background = new List<BackgroundService>();
        await using (app)
        {
            try
            {
                background.AddRange(app.Services.GetServices<IHostedService>().OfType<BackgroundService>());
                await app.StartAsync();
            }
            catch (Exception exception)
            {
                // What has begun beside it must not have the last word. The host logs what fails then, and has logged the exception.
                await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await app.DisposeAsync();
                await Console.Error.WriteLineAsync(exception.Message);
                return 1;
            }

            await app.WaitForShutdownAsync();
        }

        return background.Exists(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }
}
