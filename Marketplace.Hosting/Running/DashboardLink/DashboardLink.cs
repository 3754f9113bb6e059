using Marketplace.Dashboard;
using Marketplace.Hosting.Running.Launchers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting.Running.DashboardLink;

/// <summary>Starts the dashboard before anything else and tells the processes where to send their telemetry.</summary>
internal sealed class DashboardLink(
    DashboardModel model, RunTelemetry telemetry, EngineOptions options, IHostEnvironment environment, IConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
    : IAsyncDisposable
{
    // What is shown is the application, not the project that hosts its model.
    private const string HostSuffix = ".AppHost";

    private DashboardServer? _server;

    /// <summary>The address that opens the page and signs the browser in; null without a dashboard.</summary>
    public Uri? Address => _server?.LoginAddress;

    /// <summary>The dashboard of this run; null before it starts or without one.</summary>
    public DashboardServer? Server => _server;

    /// <summary>The fixed ports it needs in this run, with the name of each.</summary>
    public IEnumerable<(string Name, int Port)> FixedPorts()
    {
        if (options.DisableDashboard || options.IsIsolated)
        {
            return [];
        }

        var settings = Settings();
        return [("The dashboard", settings.Port), ("The dashboard's telemetry receiver (gRPC)", settings.OtlpGrpcPort), ("The dashboard's telemetry receiver (HTTP)", settings.OtlpHttpPort)];
    }

    /// <exception cref="DistributedApplicationException">A port is taken, or an option is out of its range.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.DisableDashboard)
        {
            return;
        }

        try
        {
            _server = await DashboardServer.StartAsync(Settings(), model, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            throw new DistributedApplicationException($"The dashboard could not be started: {exception.Message}", exception);
        }

        telemetry.Target = new TelemetryTarget(_server.OtlpGrpcEndpoint.ToString().TrimEnd('/'), "grpc", $"x-otlp-api-key={_server.OtlpApiKey}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync();
        }
    }

    private DashboardOptions Settings()
    {
        var settings = new DashboardOptions
        {
            ApplicationName = environment.ApplicationName.EndsWith(HostSuffix, StringComparison.Ordinal) ? environment.ApplicationName[..^HostSuffix.Length] : environment.ApplicationName,
            LoggerFactory = loggers,
            TimeProvider = time,
        };
        configuration.GetSection("Dashboard").Bind(settings);
        if (options.IsIsolated)
        {
            settings.Port = settings.OtlpGrpcPort = settings.OtlpHttpPort = 0;
            // Another copy's telemetry is neither read nor mixed with this one's.
            settings.KeepIn = null;
        }

        return settings;
    }
}
