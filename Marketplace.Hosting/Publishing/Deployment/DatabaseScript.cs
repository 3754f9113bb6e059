using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>The SQL that makes a database on a new server.</summary>
internal static class DatabaseScript
{
    /// <summary>Where the <c>postgres</c> image looks for scripts when its data folder is empty.</summary>
    public const string Folder = "/docker-entrypoint-initdb.d";

    public static string Of(PostgresDatabaseResource database) =>
        (database.Annotations.OfType<PostgresCreateDatabaseScriptAnnotation>().LastOrDefault()?.Script
            ?? $"CREATE DATABASE \"{database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\";") + "\n";
}
