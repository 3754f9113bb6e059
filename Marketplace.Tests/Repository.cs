namespace Marketplace.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    /// <summary>A file or folder of it.</summary>
    public static string Find(params string[] path) => Path.GetFullPath(Path.Combine([Projects.Marketplace_AppHost.ProjectPath, "..", .. path]));
}
