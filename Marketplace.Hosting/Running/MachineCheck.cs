using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Running;

/// <summary>Looks, before anything starts, whether the ports of the model are free, and says who has those that are not.</summary>
internal sealed class MachineCheck(RunState state, TimeProvider time) : IDistributedApplicationEventingSubscriber
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>What a killed AppHost has started ends by itself; its telemetry takes it that long.</summary>
    private static readonly TimeSpan PredecessorGrace = TimeSpan.FromSeconds(15);

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((starting, token) => CheckAsync(starting.Model, token));
        return Task.CompletedTask;
    }

    private async Task CheckAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp();
        while (true)
        {
            var taken = TakenPorts(model).ToArray();
            if (taken.Length == 0)
            {
                return;
            }

            if (!state.PredecessorWasKilled || time.GetElapsedTime(deadline) > PredecessorGrace)
            {
                throw new DistributedApplicationException(string.Join('\n', taken));
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private static IEnumerable<string> TakenPorts(DistributedApplicationModel model) =>
        from resource in model.Resources
        from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint.Port is { } fixedPort && ListeningPorts.Contains(fixedPort)
        let owner = PortOwner.Find(endpoint.Port!.Value)
        select string.Create(
            CultureInfo.InvariantCulture,
            $"{resource.Name}: port {endpoint.Port} is taken{(owner is null ? "" : $" by {owner}")}; end that process, or add -- --isolated for free ports.");
}
