using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Lifecycle;
using Marketplace.Hosting.Running;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting;

/// <summary>Runs the model on this machine.</summary>
public static class RunExtensions
{
    /// <summary>
    /// Runs or publishes the model, as the command line asks. In run mode Redis, Postgres and Kafka are processes of this machine unless
    /// <c>--servers containers</c> asks for their images, and <c>--isolated</c> takes free ports and a state of its own, so that it runs
    /// beside another copy.
    /// </summary>
    /// <param name="builder">The complete model.</param>
    /// <returns>The exit code: 1 when the model cannot run or a step of publishing failed; the reason is on standard error.</returns>
    public static async Task<int> RunAsync(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        try
        {
            if (builder.ExecutionContext.IsPublishMode)
            {
                PublishRun.Configure(builder);
                await using var published = builder.Build();
                return await PublishRun.RunAsync(published);
            }

            ProxyBypass.AddLoopback();
            AddRunMode(builder);
            var orchestrator = 0;
            await using (var app = builder.Build())
            {
                app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => orchestrator = IsAlone(builder) ? OrchestratorProcess.Find() : 0);
                await app.RunAsync();
            }

            await OrchestratorProcess.EndAsync(orchestrator);
            return 0;
        }
        catch (DistributedApplicationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static void AddRunMode(IDistributedApplicationBuilder builder)
    {
        var state = RunPorts.AreFree(builder) ? RunState.OpenTemporary() : RunState.Open(builder.AppHostDirectory);
        builder.Services.AddSingleton(_ => state); // by a function, so that it is closed with the application
        if (!string.Equals(builder.Configuration["servers"], "containers", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var container in builder.Resources.OfType<ContainerResource>().ToArray())
            {
                if (NativeServers.Find(container, builder.Configuration) is { } server)
                {
                    builder.RunAsProcess(container, server, state);
                }
            }

            if (!OperatingSystem.IsWindows())
            {
                // There the orchestrator would look for it among the user's own certificates.
                builder.Services.AddSingleton<IDeveloperCertificateService, OrchestratorCertificate>();
            }
        }

        ProjectProcesses.Configure(builder);
        RunPorts.Configure(builder);
        StartHealth.Configure(builder.Services);

        // Without it the AppHost ends before its children, and the next start meets them.
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] ??= "true";
        builder.Services.TryAddEventingSubscriber<MachineCheck>();
        builder.Services.TryAddEventingSubscriber<StartReporter>();
        if (IsAlone(builder))
        {
            builder.Services.TryAddEventingSubscriber<OrchestratorWatch>();
        }
    }

    /// <summary>Whether this process is the AppHost, and not one that runs several models, such as a test: then each orchestrator would be taken for the other's.</summary>
    private static bool IsAlone(IDistributedApplicationBuilder builder) => Assembly.GetEntryAssembly() == builder.AppHostAssembly;
}
