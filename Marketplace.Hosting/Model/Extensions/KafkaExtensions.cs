using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Kafka.</summary>
public static class KafkaExtensions
{
    private const string Image = "confluentinc/confluent-local";
    private const string ImageTag = "8.1.1";
    private const string DataFolder = "/var/lib/kafka/data";

    /// <summary>
    /// Adds a Kafka broker. The variable <c>KAFKA_TOPICS</c> (<c>name:partitions,…</c>) names topics that exist from the start where the
    /// engine runs the broker; containers ignore it.
    /// </summary>
    public static IResourceBuilder<KafkaServerResource> AddKafka(this IDistributedApplicationBuilder builder, string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var kafka = new KafkaServerResource(name);
        return builder.AddResource(kafka)
            .WithEndpoint(targetPort: 9092, port: port, name: KafkaServerResource.PrimaryEndpointName)
            .WithEndpoint(targetPort: 9093, name: KafkaServerResource.InternalEndpointName)
            .WithImage(Image, ImageTag, "docker.io")
            .WithEnvironment("KAFKA_LISTENERS", "PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:9092,PLAINTEXT_INTERNAL://0.0.0.0:9093")
            .WithEnvironment("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT,PLAINTEXT_INTERNAL:PLAINTEXT")
            .WithEnvironment("KAFKA_ADVERTISED_LISTENERS", $"PLAINTEXT://{kafka.PrimaryEndpoint.Property(EndpointProperty.Host)}:29092,PLAINTEXT_HOST://{kafka.PrimaryEndpoint.Property(EndpointProperty.HostAndPort)},PLAINTEXT_INTERNAL://{kafka.InternalEndpoint.Property(EndpointProperty.HostAndPort)}")
            .WithHealthCheck($"{name}_check");
    }

    /// <summary>Keeps the broker's data over a restart.</summary>
    public static IResourceBuilder<KafkaServerResource> WithDataVolume(this IResourceBuilder<KafkaServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithEnvironment("KAFKA_LOG_DIRS", DataFolder).WithVolume(name ?? VolumeName.For(builder, "data"), DataFolder, isReadOnly);
    }

    /// <summary>Adds a web page that shows what is in Kafka; it needs a container engine.</summary>
    public static IResourceBuilder<KafkaServerResource> WithKafkaUI(this IResourceBuilder<KafkaServerResource> builder, Action<IResourceBuilder<KafkaUIContainerResource>>? configureContainer = null, string? containerName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var application = builder.ApplicationBuilder;
        var ui = application.Resources.OfType<KafkaUIContainerResource>().FirstOrDefault() is { } known
            ? application.CreateResourceBuilder(known)
            : application.AddResource(new KafkaUIContainerResource(containerName ?? "kafka-ui"))
                .WithImage("kafbat/kafka-ui", "v1.4.2", "docker.io")
                .WithHttpEndpoint(targetPort: 8080)
                .WithEnvironment(context => AddClusters(context, application.Resources.OfType<KafkaServerResource>()))
                .ExcludeFromManifest();
        configureContainer?.Invoke(ui);
        return builder;
    }

    private static void AddClusters(EnvironmentCallbackContext context, IEnumerable<KafkaServerResource> brokers)
    {
        foreach (var (index, kafka) in brokers.Index())
        {
            context.EnvironmentVariables[$"KAFKA_CLUSTERS_{index}_NAME"] = kafka.Name;
            context.EnvironmentVariables[$"KAFKA_CLUSTERS_{index}_BOOTSTRAPSERVERS"] = kafka.InternalEndpoint.Property(EndpointProperty.HostAndPort);
        }
    }
}
