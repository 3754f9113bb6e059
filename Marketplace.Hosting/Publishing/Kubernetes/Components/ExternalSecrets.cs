using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>The Secrets of production from a vault, by the External Secrets Operator, in place of the overlay's own generator.</summary>
internal static class ExternalSecrets
{
    private const string Folder = "components/external-secrets";

    public static void AddTo(OutputFolder output, DeployedSystem outside, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var secrets = PodSecret.Of(outside, services);
        if (secrets.Count == 0)
        {
            return;
        }

        output.AddObjects($"{Folder}/secrets.yaml", outside.Name, secrets.Select(secret => ExternalSecret(outside.Name, secret)));
        output.Add($"{Folder}/kustomization.yaml", Kustomization.Component(resources: ["secrets.yaml"]));
    }

    private static JsonObject ExternalSecret(string system, PodSecret made)
    {
        var template = Map(made.Values.Select(secret => KeyValuePair.Create(
            secret.Key, secret.Format is null ? $"{{{{ index . \"{secret.Key}\" }}}}" : $"{{{{ index . \"{secret.Parameter!.Name.ToLowerInvariant()}\" | urlquery }}}}")));
        var kept = made.Values.Select(secret => secret.Format is null ? secret.Key : secret.Parameter!.Name.ToLowerInvariant()).Distinct();
        return KubernetesObject.Of(
            "external-secrets.io/v1", "ExternalSecret", made.Name, new JsonObject { [PartOfLabel] = system },
            Spec(new JsonObject
            {
                ["refreshInterval"] = "1h",
                ["secretStoreRef"] = new JsonObject { ["kind"] = "SecretStore", ["name"] = system },
                ["target"] = new JsonObject { ["name"] = made.Name, ["template"] = new JsonObject { ["engineVersion"] = "v2", ["data"] = template } },
                ["data"] = List(kept.Select(key => (JsonNode)new JsonObject { ["secretKey"] = key, ["remoteRef"] = new JsonObject { ["key"] = system, ["property"] = key } })),
            }));
    }
}
