using System.Globalization;
using System.Net.Sockets;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>The ports of each resource where it is deployed: the model's own, else free ones from 8080 on.</summary>
internal static class DeployedPorts
{
    private const int FirstPort = 8080;

    /// <exception cref="DistributedApplicationException">Two endpoints share a port.</exception>
    public static IReadOnlyList<DeployedPort> Of(IResource resource)
    {
        // The second scheme of a web project has no certificate where it is deployed.
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => !endpoint.IsDefaultHttps).ToArray();
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
