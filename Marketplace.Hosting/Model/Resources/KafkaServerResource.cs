using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>A Kafka broker.</summary>
public class KafkaServerResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";
    internal const string InternalEndpointName = "internal";

    /// <summary>The endpoint that clients use.</summary>
    public EndpointReference PrimaryEndpoint => new(this, PrimaryEndpointName);

    /// <summary>The endpoint that other containers use.</summary>
    public EndpointReference InternalEndpoint => new(this, InternalEndpointName);

    /// <summary>Host and port.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
    ];
}

/// <summary>A web page that shows what is in Kafka.</summary>
public class KafkaUIContainerResource(string name) : ContainerResource(name);
