using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>The SQL that makes a database on a new server.</summary>
internal static class DatabaseScript
{
    /// <summary>Where the <c>postgres</c> image looks for scripts when its data folder is empty.</summary>
    public const string Folder = "/docker-entrypoint-initdb.d";

    public static string Of(PostgresDatabaseResource database) =>
        (CreationScriptOf(database) ?? $"CREATE DATABASE \"{database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\";") + "\n";

    /// <summary>What WithCreationScript was given; Aspire keeps the type of that annotation to itself.</summary>
    private static string? CreationScriptOf(PostgresDatabaseResource database) =>
        database.Annotations.LastOrDefault(annotation => annotation.GetType().Name == "PostgresCreateDatabaseScriptAnnotation") is { } script
            ? (string?)script.GetType().GetProperty("Script")!.GetValue(script)
            : null;
}
