using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>The address of an endpoint where it is deployed: the resource's name, and the port that <see cref="DeployedPorts"/> gives it.</summary>
internal static class DeployedAddress
{
    public static string HostOf(IResource resource) => resource.Name.ToLowerInvariant();

    /// <summary>What of an address is the same wherever the resource is; <see langword="null"/> for the rest.</summary>
    public static string? FixedPartOf(EndpointReference endpoint, EndpointProperty property) => property switch
    {
        EndpointProperty.Scheme => endpoint.Scheme,
        EndpointProperty.TlsEnabled => endpoint.TlsEnabled.ToString(),
        _ => null,
    };

    public static DeployedValue Of(EndpointProperty property, IResource resource, DeployedPort port) =>
        Of(property, port.Scheme, DeployedValue.Text(HostOf(resource)), Number(port.Port), Number(port.TargetPort));

    public static DeployedValue Of(EndpointProperty property, string scheme, DeployedValue host, DeployedValue port, DeployedValue targetPort) => property switch
    {
        EndpointProperty.Host or EndpointProperty.IPV4Host => host,
        EndpointProperty.Port => port,
        EndpointProperty.TargetPort => targetPort,
        EndpointProperty.HostAndPort => DeployedValue.Concat([host, DeployedValue.Text(":"), port]),
        EndpointProperty.Url => DeployedValue.Concat([DeployedValue.Text($"{scheme}://"), host, DeployedValue.Text(":"), port]),
        _ => throw new InvalidOperationException($"The endpoint property '{property}' is unknown."),
    };

    private static DeployedValue Number(int number) => DeployedValue.Text(number.ToString(CultureInfo.InvariantCulture));
}
