using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Output;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>Writes the objects of a component with their namespace: the overlay that takes the component may be one that names none.</summary>
internal static class ComponentObjects
{
    public static void AddObjects(this OutputFolder output, string path, string system, params IEnumerable<JsonNode> objects)
    {
        JsonNode[] written = [.. objects];
        foreach (var metadata in written.Select(found => found["metadata"]!.AsObject()))
        {
            metadata.Insert(metadata.IndexOf("name") + 1, "namespace", system);
        }

        output.Add(path, YamlWriter.Write(OutputFolder.Mark, written));
    }
}
