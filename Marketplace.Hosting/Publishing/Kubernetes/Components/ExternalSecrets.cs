using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>The Secret of production from a vault, by the External Secrets Operator, in place of the overlay's own generator.</summary>
internal sealed class ExternalSecrets(DeployedSystem outside) : IComponent
{
    private const string Folder = "components/external-secrets";

    public void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var secrets = outside.Secrets.Concat(KafkaSecurity.SecretsFor(system)).Where(secret => !secret.IsOptional).DistinctBy(secret => secret.Key).OrderBy(secret => secret.Key, StringComparer.Ordinal).ToArray();
        if (secrets.Length == 0)
        {
            return;
        }

        var template = new JsonObject();
        foreach (var secret in secrets)
        {
            template[secret.Key] = secret.Format is null ? $"{{{{ index . \"{secret.Key}\" }}}}" : $"{{{{ index . \"{secret.Parameter!.Name.ToLowerInvariant()}\" | urlquery }}}}";
        }

        var kept = secrets.Select(secret => secret.Format is null ? secret.Key : secret.Parameter!.Name.ToLowerInvariant()).Distinct();
        output.AddObjects($"{Folder}/secrets.yaml", system.Name, KubernetesObject.Of(
            "external-secrets.io/v1", "ExternalSecret", PodEnvironment.SecretName, new JsonObject { [PartOfLabel] = system.Name },
            Spec(new JsonObject
            {
                ["refreshInterval"] = "1h",
                ["secretStoreRef"] = new JsonObject { ["kind"] = "SecretStore", ["name"] = system.Name },
                ["target"] = new JsonObject { ["name"] = PodEnvironment.SecretName, ["template"] = new JsonObject { ["engineVersion"] = "v2", ["data"] = template } },
                ["data"] = List(kept.Select(key => (JsonNode)new JsonObject { ["secretKey"] = key, ["remoteRef"] = new JsonObject { ["key"] = system.Name, ["property"] = key } })),
            })));
        output.Add($"{Folder}/kustomization.yaml", Kustomization.WriteComponent(resources: ["secrets.yaml"]));
    }
}
