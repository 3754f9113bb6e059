using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.JavaScript;

namespace Marketplace.Hosting.Running;

/// <summary>How a resource is run and called, by its type.</summary>
internal static class ResourceKinds
{
    /// <summary>Whether it is a container in the model and a native process here.</summary>
    public static bool IsNativeServer(this IResource resource) => PrimaryEndpointOf(resource) is not null;

    /// <summary>The endpoint on which a native server serves its clients; null for any other resource.</summary>
    public static EndpointReference? PrimaryEndpointOf(IResource resource) => resource switch
    {
        KafkaServerResource kafka => kafka.PrimaryEndpoint,
        RedisResource redis => redis.PrimaryEndpoint,
        PostgresServerResource postgres => postgres.PrimaryEndpoint,
        _ => null,
    };

    /// <summary>The kind's name on the console and the dashboard.</summary>
    public static string KindOf(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        KafkaServerResource => "Kafka",
        RedisResource => "Redis",
        PostgresServerResource => "Postgres",
        PostgresDatabaseResource => "PostgresDatabase",
        ViteAppResource => "ViteApp",
        ExecutableResource => "Executable",
        ContainerResource => "Container",
        ParameterResource { IsConnectionString: true } => "ConnectionString",
        ParameterResource => "Parameter",
        ExternalServiceResource => "ExternalService",
        _ => resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
    };

    /// <summary>Whether it is there without anything being started: it is shown, and neither commanded nor waited for on the console.</summary>
    public static bool IsValue(this IResource resource) => resource is ParameterResource;
}
