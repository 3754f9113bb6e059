using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>Writes <c>kustomization.yaml</c>.</summary>
internal static class Kustomization
{
    public static string Write(IEnumerable<string>? resources = null, params IEnumerable<KeyValuePair<string, JsonNode?>> members) => Write("kustomize.config.k8s.io/v1beta1", "Kustomization", resources, members);

    public static string WriteComponent(IEnumerable<string>? resources = null, params IEnumerable<KeyValuePair<string, JsonNode?>> members) => Write("kustomize.config.k8s.io/v1alpha1", "Component", resources, members);

    public static KeyValuePair<string, JsonNode?> Patches(IEnumerable<string> files)
    {
        var patches = List(files.Select(file => (JsonNode)new JsonObject { ["path"] = file }));
        return new("patches", patches.Count > 0 ? patches : null);
    }

    private static string Write(string apiVersion, string kind, IEnumerable<string>? resources, IEnumerable<KeyValuePair<string, JsonNode?>> members)
    {
        var kustomization = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        if (resources is not null)
        {
            kustomization["resources"] = List(resources.Select(resource => (JsonNode)resource));
        }

        foreach (var (member, value) in members)
        {
            kustomization[member] = value;
        }

        return YamlWriter.Write(OutputFolder.Mark, kustomization);
    }
}
