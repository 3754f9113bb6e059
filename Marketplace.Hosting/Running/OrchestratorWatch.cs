using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting.Running;

/// <summary>
/// Ends the run, and all that it has started, when the orchestrator's controllers end unasked. Else Aspire needs a process of 23 MB beside each
/// resource for that, and would stay itself with nothing left to orchestrate.
/// </summary>
internal sealed class OrchestratorWatch(ResourceNotificationService notifications, IHostApplicationLifetime lifetime, TimeProvider time) : IDistributedApplicationEventingSubscriber
{
    private const string NoProcessPerResource = "DCP_DISABLE_MONITOR_PROCESS";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, int> _processes = [];

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        if (OrchestratorProcess.CanFind)
        {
            Environment.SetEnvironmentVariable(NoProcessPerResource, "true");
            eventing.Subscribe<BeforeStartEvent>((_, _) =>
            {
                _ = FollowProcessesAsync(lifetime.ApplicationStopping);
                _ = WatchAsync(lifetime.ApplicationStopping);
                return Task.CompletedTask;
            });
        }

        return Task.CompletedTask;
    }

    private async Task FollowProcessesAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping))
            {
                if (change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is int process)
                {
                    _processes[change.ResourceId] = process;
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the run.
        }
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        try
        {
            var controllers = 0;
            using var looks = new PeriodicTimer(BetweenLooks, time);
            do
            {
                controllers = controllers == 0 ? OrchestratorProcess.Find() : controllers;
            }
            while (await looks.WaitForNextTickAsync(stopping) && (controllers == 0 || OrchestratorProcess.IsRunning(controllers)));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }

        await Console.Error.WriteLineAsync("Aspire's orchestrator (dcp run-controllers) has ended; everything that it ran is ended too.");
        foreach (var process in _processes.Values)
        {
            OrchestratorProcess.Terminate(process);
        }

        Environment.Exit(1); // an orderly end would wait for an orchestrator that is gone
    }
}
