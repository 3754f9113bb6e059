using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>Something an overlay may add (kubectl.docs.kubernetes.io, "Components").</summary>
internal interface IComponent
{
    /// <summary>Adds the component's files; nothing where the model has no use for it.</summary>
    void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services);
}
