using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Kafka, with the names and signatures of the package Aspire.Hosting.Kafka.</summary>
public static class KafkaBuilderExtensions
{
    private const string Image = "confluentinc/confluent-local";
    private const string ImageTag = "8.1.1";
    private const string DataFolder = "/var/lib/kafka/data";

    /// <summary>Adds a Kafka broker.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name, also that of its connection string.</param>
    /// <param name="port">The port on this machine; a free one when null.</param>
    public static IResourceBuilder<KafkaServerResource> AddKafka(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var kafka = new KafkaServerResource(name);
        builder.Services.AddHealthChecks().AddCheck($"{name}_check", new KafkaHealthCheck(kafka));
        return builder.AddResource(kafka)
            .WithEndpoint(targetPort: 9092, port: port, name: KafkaServerResource.PrimaryEndpointName)
            .WithEndpoint(targetPort: 9093, name: KafkaServerResource.InternalEndpointName)
            .WithImage(Image, ImageTag)
            .WithImageRegistry("docker.io")
            .WithEnvironment("KAFKA_LISTENERS", "PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:9092,PLAINTEXT_INTERNAL://0.0.0.0:9093")
            .WithEnvironment("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT,PLAINTEXT_INTERNAL:PLAINTEXT")
            .WithEnvironment("KAFKA_ADVERTISED_LISTENERS", $"PLAINTEXT://{kafka.PrimaryEndpoint.Property(EndpointProperty.Host)}:29092,PLAINTEXT_HOST://{kafka.PrimaryEndpoint.Property(EndpointProperty.HostAndPort)},PLAINTEXT_INTERNAL://{kafka.InternalEndpoint.Property(EndpointProperty.HostAndPort)}")
            .WithUrlForEndpoint(KafkaServerResource.InternalEndpointName, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithIconName("Stream")
            .WithHealthCheck($"{name}_check");
    }

    /// <summary>Keeps the broker's data over a restart.</summary>
    /// <param name="builder">The broker.</param>
    /// <param name="name">The volume's name; one made of the application's and the resource's when null.</param>
    /// <param name="isReadOnly">Whether the volume cannot be written.</param>
    public static IResourceBuilder<KafkaServerResource> WithDataVolume(this IResourceBuilder<KafkaServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .WithEnvironment("KAFKA_LOG_DIRS", DataFolder)
            .WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder, isReadOnly);
    }
}
