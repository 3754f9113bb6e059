using System.Data.Common;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A database on a Postgres server, created when the server is ready.</summary>
public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
    : Resource(name), IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    /// <summary>The server.</summary>
    public PostgresServerResource Parent => postgresParentResource;

    /// <summary>The name in Postgres.</summary>
    public string DatabaseName => databaseName;

    /// <summary>The server's connection string and the database.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var database = new DbConnectionStringBuilder { ["Database"] = DatabaseName }.ConnectionString;
            return ReferenceExpression.Create($"{Parent};{database}");
        }
    }

    /// <summary>The address as <c>postgresql://user:password@host:port/database</c>.</summary>
    public ReferenceExpression UriExpression => Parent.UriOf(Path);

    /// <summary>The address for JDBC, without user and password.</summary>
    public ReferenceExpression JdbcConnectionString => Parent.JdbcOf(Path);

    private string Path => "/" + Uri.EscapeDataString(DatabaseName);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        [.. Parent.ConnectionProperties(Path), new("DatabaseName", ReferenceExpression.Create($"{DatabaseName}"))];
}
