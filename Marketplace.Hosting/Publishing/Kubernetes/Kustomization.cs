using System.Text.Json.Nodes;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>What a <c>kustomization.yaml</c> holds.</summary>
internal static class Kustomization
{
    public static JsonObject Of(IEnumerable<string> resources, params IEnumerable<KeyValuePair<string, JsonNode?>> members) => Of("kustomize.config.k8s.io/v1beta1", "Kustomization", resources, members);

    public static JsonObject Component(IEnumerable<string> resources, params IEnumerable<KeyValuePair<string, JsonNode?>> members) => Of("kustomize.config.k8s.io/v1alpha1", "Component", resources, members);

    public static KeyValuePair<string, JsonNode?> Patches(IEnumerable<string> files) =>
        new("patches", List(files.Select(file => (JsonNode)new JsonObject { ["path"] = file })));

    private static JsonObject Of(string apiVersion, string kind, IEnumerable<string> resources, IEnumerable<KeyValuePair<string, JsonNode?>> members) =>
        [new("apiVersion", apiVersion), new("kind", kind), new("resources", List(resources.Select(resource => (JsonNode)resource))), .. members];
}
