using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Health;
using Marketplace.Hosting.Running.Launchers;
using Marketplace.Hosting.Running.Logs;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Makes the supervisor of a planned instance and announces the instance.</summary>
internal sealed class SupervisorFactory(
    IEnumerable<IResourceLauncher> launchers,
    ResourceNotificationService notifications,
    ConsoleLogs logs,
    ResourceUrls urls,
    DependencyGate gate,
    HealthMonitor health,
    HealthChecks checks,
    TimeProvider time)
{
    private readonly SupervisorServices _services = new(gate, health, checks, time);

    /// <exception cref="DistributedApplicationException">Nothing here starts resources of this type.</exception>
    public async Task<ResourceSupervisor> CreateAsync(PlannedInstance planned, CancellationToken cancellationToken)
    {
        var instance = planned.Instance;
        var launcher = launchers.FirstOrDefault(launcher => launcher.Handles(instance.Resource))
            ?? throw new DistributedApplicationException($"{instance.Resource.Name}: resources of type {instance.Resource.GetType().Name} cannot be run.");
        var log = logs.Of(instance.Id);
        var states = new InstanceStates(instance, log, notifications, time);
        states.Announced(StartsByItself(instance.Resource), await urls.OfAsync(instance.Resource, cancellationToken));
        return new ResourceSupervisor(instance, launcher, log, states, planned.ReleasePorts, _services);
    }

    public static bool StartsByItself(IResource resource) => !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any();
}
