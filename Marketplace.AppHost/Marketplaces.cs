using Marketplace.Hosting;

/// <summary>The servers that every marketplace's service works with.</summary>
internal sealed record Servers(IResourceBuilder<KafkaServerResource> Kafka, IResourceBuilder<RedisResource> Redis, IResourceBuilder<PostgresDatabaseResource> Database);

/// <summary>What every marketplace has in the model.</summary>
internal static class Marketplaces
{
    /// <summary>glibc would keep an arena for each thread of the Kafka client and the JIT compiler, and what both have given back: tens of MiB a service.</summary>
    public const string GiveMemoryBack = "glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=65536";

    /// <summary>Adds a marketplace's service with its topics, its schema and role in the database, its probe, commands and pages.</summary>
    /// <typeparam name="TProject">The service, a program of <c>ProductService</c>.</typeparam>
    /// <param name="builder">The model.</param>
    /// <param name="name">The marketplace's name, the one its program has.</param>
    /// <param name="servers">What it works with.</param>
    /// <param name="port">Its port for HTTP; the next one is gRPC's.</param>
    /// <param name="example">The id of a product, to click on.</param>
    public static IResourceBuilder<ProjectResource> AddMarketplace<TProject>(this IDistributedApplicationBuilder builder, string name, Servers servers, int port, string example)
        where TProject : IProjectMetadata, new()
    {
        // With it the service makes itself a role that can touch its own schema only.
        var password = builder.AddParameter($"{name}-db-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
        servers.Kafka.WithTopics($"{name}.product.get", $"{name}.product.get.dead-letter", $"{name}.product.persisted");
        var service = builder.AddProject<TProject>(name, launchProfileName: null)
            .WithHttpEndpoint(port)
            .WithHttpEndpoint(port + 1, name: "grpc")
            .WithHttpProbe(ProbeType.Readiness, "/health", endpointName: "http")
            .WithReference(servers.Kafka).WaitFor(servers.Kafka)
            .WithReference(servers.Redis).WaitFor(servers.Redis)
            .WithReference(servers.Database).WaitFor(servers.Database)
            .WithEnvironment("Products__DatabasePassword", password)
            .WithEnvironment("GLIBC_TUNABLES", GiveMemoryBack)
            .WithOperationsCommands()
            .WithPages(("Product", $"/products/{example}"), ("OpenAPI", "/openapi/v1.json"))
            .WithIconName("Cart");
        return service.WithEnvironment("Products__GrpcPort", $"{service.GetEndpoint("grpc").Property(EndpointProperty.TargetPort)}");
    }

    /// <summary>Gives the gateway the marketplaces it serves; it starts after them, so that the first query is answered.</summary>
    public static IResourceBuilder<ProjectResource> WithMarketplaces(this IResourceBuilder<ProjectResource> gateway, IReadOnlyList<IResourceBuilder<ProjectResource>> marketplaces)
    {
        foreach (var (index, service) in marketplaces.Index())
        {
            gateway.WaitFor(service)
                .WithEnvironment($"Gateway__Marketplaces__{index}", service.Resource.Name)
                .WithEnvironment($"services__{service.Resource.Name}__grpc__0", service.GetEndpoint("grpc")); // http://_grpc.NAME
        }

        return gateway;
    }

    /// <summary>Adds the stand-in for a marketplace's API, for machines without credentials.</summary>
    public static EndpointReference AddSimulator<TProject>(this IResourceBuilder<ProjectResource> service, int port)
        where TProject : IProjectMetadata, new()
    {
        var simulator = service.ApplicationBuilder.AddProject<TProject>($"{service.Resource.Name}-simulator", launchProfileName: null)
            .WithHttpEndpoint(port)
            .WithHttpHealthCheck("/health")
            .WithFaultCommands()
            .WithPages(("Faults", "/admin/faults"), ("Calls", "/admin/calls"))
            .WithIconName("Beaker")
            .WithParentRelationship(service);
        service.WaitFor(simulator);
        return simulator.GetEndpoint("http");
    }

    /// <summary>Whether a marketplace's own API is asked: wherever the model is deployed, and where its credentials are given.</summary>
    public static bool IsReal(this IDistributedApplicationBuilder builder, string credential) =>
        builder.ExecutionContext.IsPublishMode || builder.Configured(credential) is not null;

    /// <summary>A parameter that has a value unless another is configured, published with the one it has.</summary>
    public static IResourceBuilder<ParameterResource> AddSetting(this IDistributedApplicationBuilder builder, string name, string value) =>
        builder.AddParameter(name, builder.Configured(name) ?? value, publishValueAsDefault: true);

    /// <summary>The value that a parameter is given; the environment has no hyphens in names: <c>Parameters__ebay_client_id</c>.</summary>
    public static string? Configured(this IDistributedApplicationBuilder builder, string parameter) =>
        builder.Configuration[$"Parameters:{parameter}"] ?? builder.Configuration[$"Parameters:{parameter.Replace('-', '_')}"];
}
