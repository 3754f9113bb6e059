using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running;

/// <summary>Programs as images have them, which run in place of what the build made.</summary>
internal static class PublishedPrograms
{
    /// <summary>The variable that names their folder. It holds one for each project that was published: <c>dotnet publish Marketplace.Gateway --output FOLDER/Marketplace.Gateway</c>.</summary>
    public const string Variable = "MARKETPLACE_PROGRAMS";

    /// <summary>The program of a project; null where no folder is set, or the project is not in it.</summary>
    public static string? Find(string project) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? Executable.InFolder(Path.Combine(folder, project), project) : null;
}
