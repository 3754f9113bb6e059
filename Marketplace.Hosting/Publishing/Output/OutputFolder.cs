using System.Text.Json.Nodes;

namespace Marketplace.Hosting.Publishing.Output;

/// <summary>Files to be written, by their path below a folder, and the folder they replace.</summary>
internal sealed class OutputFolder
{
    /// <summary>The first line of each file written, by which a later run knows what it may remove.</summary>
    public const string Mark = "Written from the model in Marketplace.AppHost; change that and publish again.";

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>The text of each file by its path, with forward slashes.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Adds a file.</summary>
    public void Add(string path, string text) => _files.Add(path, text);

    /// <summary>Adds a YAML file with a document for each value.</summary>
    public void Add(string path, params IEnumerable<JsonNode> documents) => Add(path, YamlWriter.Write(Mark, documents));

    /// <summary>Writes the files that differ, and removes those an earlier run wrote that are no longer part of it; other files stay as they are.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var (path, text) in _files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (!File.Exists(file) || await File.ReadAllTextAsync(file, cancellationToken) != text)
            {
                await File.WriteAllTextAsync(file, text, cancellationToken);
            }
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (!_files.ContainsKey(path) && File.ReadLines(file).FirstOrDefault() == $"# {Mark}")
            {
                File.Delete(file);
            }
        }
    }
}
