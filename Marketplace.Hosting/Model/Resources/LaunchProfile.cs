using System.Text.Json;

namespace Marketplace.Hosting;

/// <summary>A profile of a project's <c>Properties/launchSettings.json</c>.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> Addresses, IReadOnlyDictionary<string, string> EnvironmentVariables)
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LaunchProfile? Find(IProjectMetadata project, string? name) => Read(project).FirstOrDefault(profile => profile.Name == name);

    public static LaunchProfile? First(IProjectMetadata project) => Read(project).FirstOrDefault();

    private static IEnumerable<LaunchProfile> Read(IProjectMetadata project)
    {
        var file = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(file))
        {
            return [];
        }

        using var settings = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
        return !settings.RootElement.TryGetProperty("profiles", out var profiles) ? [] : (LaunchProfile[])
        [
            .. profiles.EnumerateObject()
                .Where(profile => profile.Value.TryGetProperty("commandName", out var command) && command.GetString() == "Project")
                .Select(profile => new LaunchProfile(profile.Name, AddressesOf(profile.Value), VariablesOf(profile.Value))),
        ];
    }

    private static Uri[] AddressesOf(JsonElement profile) =>
        profile.TryGetProperty("applicationUrl", out var urls)
            ? [.. (urls.GetString() ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => new Uri(url))]
            : [];

    private static Dictionary<string, string> VariablesOf(JsonElement profile) =>
        profile.TryGetProperty("environmentVariables", out var variables)
            ? variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString() ?? "")
            : [];
}
