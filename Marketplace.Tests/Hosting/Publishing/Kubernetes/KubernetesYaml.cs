using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>An object of a YAML file, as JSON, which is what Kubernetes makes of it.</summary>
internal sealed record KubernetesYaml(JsonNode Node)
{
    public string ApiVersion => (string)Node["apiVersion"]!;

    public string Kind => (string)Node["kind"]!;

    public string Name => (string)Node["metadata"]!["name"]!;

    public JsonNode Spec => Node["spec"]!;

    /// <summary>Whether it makes pods, as a whole object and no patch of one.</summary>
    public bool MakesPods => Kind is "Deployment" or "StatefulSet" or "Job" && Node["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"] is not null;

    public JsonNode PodSpec => Spec["template"]!["spec"]!;

    public JsonNode Container => PodSpec["containers"]![0]!;

    /// <summary>A pod as the object's controller would ask for it.</summary>
    public JsonNode FirstPod()
    {
        var spec = PodSpec.DeepClone();
        var claims = (Spec["volumeClaimTemplates"]?.AsArray() ?? []).Select(claim => (string)claim!["metadata"]!["name"]!);
        spec["volumes"] = new JsonArray([
            .. (spec["volumes"]?.AsArray() ?? []).Select(volume => volume!.DeepClone()),
            .. claims.Select(claim => new JsonObject { ["name"] = claim, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"{claim}-{Name}-0" } }),
        ]);
        var metadata = Spec["template"]!["metadata"]!.DeepClone();
        metadata["name"] = $"{Name}-0";
        metadata["namespace"] = (string?)Node["metadata"]!["namespace"];
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec };
    }

    public override string ToString() => $"{Kind}/{Name}";

    public static IReadOnlyList<KubernetesYaml> Parse(string yaml) => [.. Documents(yaml).Select(document => new KubernetesYaml(document))];

    public static IReadOnlyList<JsonNode> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)!)];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    /// <summary>A plain scalar by YAML's core schema.</summary>
    private static JsonValue? Plain(string text) =>
        text is "null" or "~" or "" ? null
        : text is "true" or "false" ? JsonValue.Create(text == "true")
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) ? JsonValue.Create(fraction)
        : JsonValue.Create(text);
}
