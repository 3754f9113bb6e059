using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.DashboardLink;
using Marketplace.Hosting.Running.Health;
using Marketplace.Hosting.Running.Launchers;
using Marketplace.Hosting.Running.Logs;
using Marketplace.Hosting.Running.Orchestration;
using Marketplace.Hosting.Running.Terminal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Marketplace.Hosting.Running;

internal static class RunServices
{
    /// <summary>What runs a model on this machine.</summary>
    public static IServiceCollection AddRunMode(this IServiceCollection services)
    {
        // The dashboard's web server logs every request of every service's telemetry otherwise.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        services.AddSingleton<ApplicationRunner>();
        services.AddSingleton<ResourceNotificationService>();
        services.AddSingleton(provider => new ResourceCommandService(
            provider.GetRequiredService<Supervisors>(),
            provider.GetRequiredService<ResourceNotificationService>(),
            provider,
            provider.GetRequiredService<ILogger<ResourceCommandService>>()));
        services.AddSingleton<ConsoleLogs>();
        services.AddSingleton<DashboardModel>();
        services.AddSingleton<DashboardLink.DashboardLink>();

        services.AddSingleton<Supervisors>();
        services.AddSingleton<SupervisorFactory>();
        services.AddSingleton<DependencyGate>();
        services.AddSingleton<ResourceUrls>();
        services.AddSingleton<StartupWatch>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<HealthChecks>();

        services.AddSingleton<RunTelemetry>();
        services.AddSingleton<ProcessStarter>();
        services.AddSingleton<IResourceLauncher, ProjectLauncher>();
        services.AddSingleton<IResourceLauncher, ExecutableLauncher>();
        services.AddSingleton<IResourceLauncher, ServerLauncher>();
        services.AddSingleton<IResourceLauncher, DatabaseLauncher>();
        services.AddSingleton<IResourceLauncher, ContainerLauncher>();
        services.AddSingleton<IResourceLauncher, ValueLauncher>();

        services.TryAddSingleton(_ => AnsiConsole.Console);
        services.AddSingleton<TerminalReporter>();
        return services;
    }
}
