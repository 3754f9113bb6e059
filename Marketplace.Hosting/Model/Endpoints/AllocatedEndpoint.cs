using System.Globalization;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The address and port at which clients reach an endpoint.</summary>
public sealed class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
{
    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint => endpoint;

    /// <summary>The host, such as <c>localhost</c>.</summary>
    public string Address => address;

    /// <summary>The port.</summary>
    public int Port => port;

    /// <summary>The scheme, such as <c>http</c>.</summary>
    public string UriScheme => endpoint.UriScheme;

    /// <summary>Host and port.</summary>
    public string EndPointString => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");

    /// <summary>Scheme, host and port.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc />
    public override string ToString() => UriString;
}
