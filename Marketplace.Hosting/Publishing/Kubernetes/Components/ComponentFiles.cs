using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Output;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>Files that are much the same for every model, and those of the components that an overlay may add (kubectl.docs.kubernetes.io, "Components").</summary>
internal static class ComponentFiles
{
    /// <summary>Adds objects with their namespace: the overlay that takes the component may be one that names none.</summary>
    public static void AddObjects(this OutputFolder output, string path, string system, params IEnumerable<JsonNode> objects)
    {
        JsonNode[] written = [.. objects];
        foreach (var metadata in written.Select(found => found["metadata"]!.AsObject()))
        {
            metadata.Insert(metadata.IndexOf("name") + 1, "namespace", system);
        }

        output.Add(path, written);
    }

    /// <summary>Adds a file of the folder <c>Assets</c>, in which the system is called <c>SYSTEM</c>.</summary>
    public static void AddAsset(this OutputFolder output, string folder, string file, string system) =>
        output.Add($"{folder}/{file}", $"# {OutputFolder.Mark}\n{Asset.Read(file).Replace("SYSTEM", system, StringComparison.Ordinal)}");
}
