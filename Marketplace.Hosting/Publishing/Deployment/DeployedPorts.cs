using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>The ports of each resource where it is deployed: the model's own, else free ones from 8080 on.</summary>
internal static class DeployedPorts
{
    private const int FirstPort = 8080;

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
            return new DeployedPort(endpoint.Name, endpoint.UriScheme, endpoint.Protocol, endpoint.Port ?? target, target, endpoint.IsExternal);
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
}
