using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Output;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>Files of the components that an overlay may add (kubectl.docs.kubernetes.io, "Components").</summary>
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

    /// <summary>A file of the folder <c>Assets</c>.</summary>
    public static string Asset(string name)
    {
        using var reader = new StreamReader(typeof(ComponentFiles).Assembly.GetManifestResourceStream($"Publishing/{name}")!);
        return reader.ReadToEnd();
    }
}
