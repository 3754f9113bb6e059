using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>A Secret that pods read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">What it has.</param>
/// <param name="KeepsName">Whether its name stays when a value changes, as its readers' manifests then do.</param>
internal sealed record PodSecret(string Name, IReadOnlyList<DeployedSecret> Values, bool KeepsName)
{
    /// <summary>The Secrets of a system: one with everything, and for each Job that reads any one of its own.</summary>
    public static IReadOnlyList<PodSecret> Of(DeployedSystem placed, IEnumerable<(Workload Workload, WorkloadFiles Files)> services)
    {
        var values = placed.Secrets.Where(secret => !secret.IsOptional).ToArray();
        var own = services.Where(service => service.Files.SecretName != PodEnvironment.SecretName)
            .Select(service => new PodSecret(service.Files.SecretName, [.. values.Where(value => KeysOf(placed[service.Workload.Name]).Contains(value.Key))], KeepsName: true));
        return [.. own.Prepend(new PodSecret(PodEnvironment.SecretName, values, KeepsName: false)).Where(secret => secret.Values.Count > 0)];
    }

    private static IEnumerable<string> KeysOf(Workload workload) => workload.Environment.Values.Concat(workload.Arguments).SelectMany(value => value.Secrets);
}
