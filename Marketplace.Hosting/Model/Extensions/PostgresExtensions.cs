using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Postgres.</summary>
public static class PostgresExtensions
{
    /// <summary>Adds a Postgres server; the user is <c>postgres</c> and a password is generated unless they are given.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var postgres = new PostgresServerResource(name, userName?.Resource, password?.Resource ?? builder.CreatePassword($"{name}-password"));
        return builder.AddResource(postgres)
            .WithEndpoint(port: port, targetPort: 5432, name: PostgresServerResource.PrimaryEndpointName)
            .WithImage("library/postgres", "17.6", "docker.io")
            .WithIconName("DatabaseMultiple")
            .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "scram-sha-256")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256")
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["POSTGRES_USER"] = postgres.UserNameReference;
                context.EnvironmentVariables["POSTGRES_PASSWORD"] = postgres.PasswordParameter;
            })
            .WithHealthCheck($"{name}_check");
    }

    /// <summary>Adds a database, created when the server is ready; in Postgres it has the same name unless another is given.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.AddDatabase(database.Name, database.DatabaseName);
        return builder.ApplicationBuilder.AddResource(database).WithHealthCheck($"{name}_check");
    }

    /// <summary>Keeps the server's data over a restart.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithVolume(name ?? VolumeName.For(builder, "data"), "/var/lib/postgresql/data", isReadOnly);
    }

    /// <summary>Creates the database by this SQL instead of a plain <c>CREATE DATABASE</c>.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> WithCreationScript(this IResourceBuilder<PostgresDatabaseResource> builder, string script)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new PostgresCreateDatabaseScriptAnnotation(script), ResourceAnnotationMutationBehavior.Replace);
    }
}
