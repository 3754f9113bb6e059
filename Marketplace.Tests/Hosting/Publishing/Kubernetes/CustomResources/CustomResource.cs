using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes.CustomResources;

/// <summary>Kinds that a cluster learns from its operators, checked as its API server would with strict field validation.</summary>
internal static class CustomResource
{
    private static readonly Dictionary<string, JsonSchema> Schemas = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Hosting", "Publishing", "Kubernetes", "CustomResources"), "*.json")
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file).Replace('_', '/'), SchemaIn);

    /// <summary>Whether the kind has a schema here.</summary>
    public static bool IsKnown(KubernetesYaml found) => Schemas.ContainsKey($"{found.ApiVersion}/{found.Kind}");

    /// <summary>What is wrong with an object, each with its place.</summary>
    public static IReadOnlyList<string> ErrorsOf(KubernetesYaml found)
    {
        var schema = Schemas[$"{found.ApiVersion}/{found.Kind}"];
        lock (JsonSchemas.Registry)
        {
            return Errors(schema.Evaluate(JsonSerializer.SerializeToElement(found.Node), new EvaluationOptions { OutputFormat = OutputFormat.List }));
        }
    }

    private static IReadOnlyList<string> Errors(EvaluationResults result) =>
        result.IsValid ? [] : [.. (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))];

    private static JsonSchema SchemaIn(string file)
    {
        var schema = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Close(schema);
        lock (JsonSchemas.Registry)
        {
            return JsonSchema.FromText(schema.ToJsonString());
        }
    }

    /// <summary>The API server knows the members that a schema lists, and no others; its own keywords (<c>x-kubernetes-…</c>) are no JSON Schema.</summary>
    private static void Close(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Close(item);
            }
        }
        else if (node is JsonObject schema)
        {
            foreach (var (_, member) in schema)
            {
                Close(member);
            }

            if (schema["properties"] is JsonObject && !schema.ContainsKey("additionalProperties") && !schema.ContainsKey("x-kubernetes-preserve-unknown-fields"))
            {
                schema["additionalProperties"] = false;
            }

            foreach (var own in schema.Select(member => member.Key).Where(keyword => keyword.StartsWith("x-kubernetes-", StringComparison.Ordinal)).ToArray())
            {
                schema.Remove(own);
            }
        }
    }
}
