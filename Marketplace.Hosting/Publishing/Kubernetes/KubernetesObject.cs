using System.Text.Json.Nodes;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>The parts that all Kubernetes objects share.</summary>
internal static class KubernetesObject
{
    public const string NameLabel = "app.kubernetes.io/name";
    public const string PartOfLabel = "app.kubernetes.io/part-of";

    /// <summary>An object with the members that follow its metadata.</summary>
    public static JsonObject Of(string apiVersion, string kind, string name, JsonObject? labels, params IEnumerable<KeyValuePair<string, JsonNode?>> members)
    {
        var metadata = new JsonObject { ["name"] = name, ["labels"] = labels };
        return [new("apiVersion", apiVersion), new("kind", kind), new("metadata", metadata), .. members];
    }

    public static KeyValuePair<string, JsonNode?> Spec(JsonNode spec) => new("spec", spec);

    public static KeyValuePair<string, JsonNode?> Data(IEnumerable<KeyValuePair<string, string>> data) => new("data", Map(data));

    public static JsonObject Labels(string system, string app) => new() { [NameLabel] = app, [PartOfLabel] = system };

    public static JsonObject Selector(string app) => new() { [NameLabel] = app };

    public static JsonObject PodSelector(string app) => new() { ["matchLabels"] = Selector(app) };

    /// <summary>A list; <see langword="null"/>, which is not written, when it has no items.</summary>
    public static JsonArray? List(params IEnumerable<JsonNode?> items) => new JsonArray([.. items]) is { Count: > 0 } list ? list : null;

    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>> members) =>
        [.. members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)member.Value))];
}
