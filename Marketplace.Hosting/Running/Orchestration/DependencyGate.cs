using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Holds a resource back until what it waits for is ready.</summary>
internal sealed class DependencyGate(ResourceNotificationService notifications)
{
    /// <summary>Waits until every dependency is ready; each that was ready once counts as ready.</summary>
    /// <param name="resource">Who waits.</param>
    /// <param name="onWaiting">Called with what is missing, first and at each change; never when nothing is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DistributedApplicationException">A dependency failed for good; the message names it.</exception>
    public async Task WaitAsync(IResource resource, Action<string> onWaiting, CancellationToken cancellationToken)
    {
        var missing = Dependencies.Of(resource).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        string? said = null;
        await foreach (var _ in notifications.WatchAsync(cancellationToken))
        {
            var current = notifications.Current;
            missing.RemoveAll(dependency => IsReady(dependency, current));
            if (missing.Count == 0)
            {
                return;
            }

            var waiting = string.Join(", ", missing.Select(dependency => Describe(dependency, current)));
            if (waiting != said)
            {
                onWaiting(said = waiting);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static bool IsReady(Dependency dependency, IReadOnlyList<ResourceEvent> current)
    {
        var instances = InstancesOf(dependency, current);
        if (instances.FirstOrDefault(instance => HasFailed(dependency, instance)) is { } failed)
        {
            var state = failed.Snapshot.State?.Text;
            throw new DistributedApplicationException(dependency.WaitType == WaitType.WaitForCompletion && failed.Snapshot.ExitCode is { } exitCode
                ? $"it waits for '{failed.ResourceId}' to complete with exit code {dependency.ExitCode}, which ended with {exitCode}"
                : $"it waits for '{failed.ResourceId}', which is {state}{(failed.Snapshot.Reason is { } reason ? $": {reason}" : "")}");
        }

        return instances.Length > 0 && instances.All(instance => dependency.WaitType == WaitType.WaitForCompletion
            ? instance.Snapshot.HasEndedForGood
            : instance.Snapshot.HealthStatus == HealthStatus.Healthy);
    }

    /// <summary>One that was stopped by command may be started again by command, so its dependents go on waiting.</summary>
    private static bool HasFailed(Dependency dependency, ResourceEvent instance)
    {
        var state = instance.Snapshot.State?.Text;
        return state == KnownResourceStates.FailedToStart
            || state == KnownResourceStates.RuntimeUnhealthy
            || (dependency.WaitType == WaitType.WaitForCompletion
                ? instance.Snapshot.HasEndedForGood && instance.Snapshot.ExitCode is { } exitCode && exitCode != dependency.ExitCode
                : state == KnownResourceStates.Finished);
    }

    private static string Describe(Dependency dependency, IReadOnlyList<ResourceEvent> current)
    {
        var state = InstancesOf(dependency, current)
            .Select(instance => instance.Snapshot)
            .Select(snapshot => snapshot.HealthStatus is { } health and not HealthStatus.Healthy ? health.ToString() : snapshot.State?.Text)
            .FirstOrDefault();
        return state is null ? dependency.Resource.Name : $"{dependency.Resource.Name} ({state})";
    }

    private static ResourceEvent[] InstancesOf(Dependency dependency, IReadOnlyList<ResourceEvent> current) =>
        [.. current.Where(instance => instance.Resource == dependency.Resource)];
}
