using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>A port that a deployed resource listens on: the model's own, else a free one from 8080 on.</summary>
/// <param name="Endpoint">The endpoint's name in the model.</param>
/// <param name="Scheme">The scheme of its addresses.</param>
/// <param name="IsTls">Whether it speaks TLS.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">The port others use.</param>
/// <param name="TargetPort">The port the process listens on.</param>
/// <param name="IsExternal">Whether it is reached from outside.</param>
internal sealed record DeployedPort(string Endpoint, string Scheme, bool IsTls, ProtocolType Protocol, int Port, int TargetPort, bool IsExternal)
{
    private const int FirstPort = 8080;

    public bool IsHttp => Scheme is "http" or "https";

    public static string HostOf(IResource resource) => resource.Name.ToLowerInvariant();

    /// <summary>Whether it is the second scheme of a web project, which has no certificate where it is deployed.</summary>
    public static bool IsDefaultHttps(IResource resource, EndpointAnnotation endpoint) =>
        resource.Annotations.OfType<ProjectLaunchDefaultsAnnotation>().Any(defaults => defaults.DefaultHttpsEndpoint == endpoint);

    /// <exception cref="DistributedApplicationException">There is no such endpoint.</exception>
    public static DeployedPort Of(EndpointReference endpoint) =>
        Of(endpoint.Resource).FirstOrDefault(port => string.Equals(port.Endpoint, endpoint.EndpointName, StringComparison.OrdinalIgnoreCase))
        ?? throw new DistributedApplicationException($"{endpoint.Resource.Name}: has no endpoint '{endpoint.EndpointName}' where it is deployed.");

    /// <exception cref="DistributedApplicationException">Two endpoints share a port.</exception>
    public static IReadOnlyList<DeployedPort> Of(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => !IsDefaultHttps(resource, endpoint)).ToArray();
        var used = endpoints.SelectMany(endpoint => new[] { endpoint.Port, endpoint.TargetPort }).OfType<int>().ToHashSet();
        var ports = endpoints.Select(endpoint =>
        {
            var target = endpoint.TargetPort ?? endpoint.Port ?? Enumerable.Range(FirstPort, int.MaxValue - FirstPort).First(used.Add);
            return new DeployedPort(endpoint.Name, endpoint.UriScheme, endpoint.TlsEnabled, endpoint.Protocol, endpoint.Port ?? target, target, endpoint.IsExternal);
        }).ToArray();
        foreach (var shared in ports.GroupBy(port => (port.Protocol, port.Port)).Concat(ports.GroupBy(port => (port.Protocol, Port: port.TargetPort))).Where(group => group.Count() > 1))
        {
            throw new DistributedApplicationException(string.Create(CultureInfo.InvariantCulture, $"{resource.Name}: port {shared.Key.Port} is used by the endpoints {string.Join(" and ", shared.Select(port => port.Endpoint))}; choose different ports."));
        }

        foreach (var port in ports.Where(port => port.Protocol is not (ProtocolType.Tcp or ProtocolType.Udp)))
        {
            throw new DistributedApplicationException($"{resource.Name}: endpoint '{port.Endpoint}' speaks {port.Protocol}; only TCP and UDP can be deployed.");
        }

        return ports;
    }

    /// <summary>A part of the address where the resource is deployed.</summary>
    public DeployedValue Address(EndpointProperty property, IResource resource) => Address(property, DeployedValue.Text(HostOf(resource)), Number(Port), Number(TargetPort));

    /// <summary>A part of the address with another host and other ports.</summary>
    public DeployedValue Address(EndpointProperty property, DeployedValue host, DeployedValue port, DeployedValue targetPort) => property switch
    {
        EndpointProperty.Scheme => DeployedValue.Text(Scheme),
        EndpointProperty.TlsEnabled => DeployedValue.Text(IsTls.ToString()),
        EndpointProperty.Host or EndpointProperty.IPV4Host => host,
        EndpointProperty.Port => port,
        EndpointProperty.TargetPort => targetPort,
        EndpointProperty.HostAndPort => DeployedValue.Concat([host, DeployedValue.Text(":"), port]),
        EndpointProperty.Url => DeployedValue.Concat([DeployedValue.Text($"{Scheme}://"), host, DeployedValue.Text(":"), port]),
        _ => throw new InvalidOperationException($"The endpoint property '{property}' is unknown."),
    };

    private static DeployedValue Number(int number) => DeployedValue.Text(number.ToString(CultureInfo.InvariantCulture));
}
