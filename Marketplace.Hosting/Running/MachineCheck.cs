using System.Globalization;
using System.Net.NetworkInformation;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Aspire.Hosting.Publishing;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Running;

/// <summary>Looks, before anything starts, whether this machine can run the model: an engine for its containers, free ports for its endpoints.</summary>
internal sealed class MachineCheck(RunState state, IContainerRuntimeResolver engines, TimeProvider time) : IDistributedApplicationEventingSubscriber
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>What a killed AppHost has started ends by itself; its telemetry takes it that long.</summary>
    private static readonly TimeSpan PredecessorGrace = TimeSpan.FromSeconds(15);

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((starting, token) => CheckAsync(starting.Model, token));
        return Task.CompletedTask;
    }

    /// <exception cref="DistributedApplicationException">What stands in the way, a line each.</exception>
    internal async Task CheckAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        await CheckContainersAsync(model, cancellationToken);
        await CheckPortsAsync(model, cancellationToken);
    }

    /// <summary>Without an engine the orchestrator would wait for one without a word, and so would all that wait for the containers.</summary>
    private async Task CheckContainersAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var needed = model.Resources.OfType<ContainerResource>()
            .Where(container => model.Resources.Any(resource => resource.Annotations.OfType<WaitAnnotation>().Any(wait => wait.Resource == container)))
            .Select(container => container.Name)
            .ToArray();
        if (needed.Length > 0 && !await (await engines.ResolveAsync(cancellationToken)).CheckIfRunningAsync(cancellationToken))
        {
            throw new DistributedApplicationException(
                $"{string.Join(", ", needed)}: --servers containers needs a container engine, and neither Docker nor Podman answers. Start one, or leave the option out: then they run as processes.");
        }
    }

    private async Task CheckPortsAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var taken = TakenPorts(model).ToArray();
            if (taken.Length == 0)
            {
                return;
            }

            if (!state.PredecessorWasKilled || time.GetElapsedTime(begun) > PredecessorGrace)
            {
                throw new DistributedApplicationException(string.Join('\n', taken));
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private static IEnumerable<string> TakenPorts(DistributedApplicationModel model)
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return from resource in model.Resources
               from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
               where endpoint.Port is { } port && listening.Contains(port)
               let owner = PortOwner.Describe(endpoint.Port!.Value)
               select string.Create(
                   CultureInfo.InvariantCulture,
                   $"{resource.Name}: port {endpoint.Port} is taken{(owner is null ? "" : $" by {owner}")}; end that process, or add -- --isolated for free ports.");
    }
}
