using System.Globalization;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>Reads the values of one resource as they are where it is deployed, and remembers what they connect it to.</summary>
internal sealed class ValueReader(IResource owner, ServerPlacement servers, SecretKeys secrets, IReadOnlyDictionary<IResource, IReadOnlyList<DeployedPort>> ports, CancellationToken cancellationToken)
{
    private readonly HashSet<Connection> _connections = [];

    /// <summary>The endpoints of other resources met so far.</summary>
    public IReadOnlyCollection<Connection> Connections => _connections;

    /// <exception cref="DistributedApplicationException">The value has no form where it is deployed.</exception>
    public async ValueTask<DeployedValue> ReadAsync(object value) => value switch
    {
        string text => DeployedValue.Text(text),
        IResourceBuilder<IResource> builder => await ReadAsync(builder.Resource),
        ParameterResource parameter => secrets.ValueOf(parameter),
        ConnectionStringReference { Resource: var resource } => await ReadAsync(resource),
        IResourceWithConnectionString resource when IsOutside(resource) => secrets.ConnectionStringOf(resource),
        IResourceWithConnectionString resource => await ReadAsync(resource.ConnectionStringExpression),
        ReferenceExpression expression => await ReadAsync(expression),
        EndpointReference endpoint => Read(endpoint, EndpointProperty.Url),
        EndpointReferenceExpression part => Read(part.Endpoint, part.Property),
        bool flag => DeployedValue.Text(flag ? "true" : "false"),
        IFormattable number => DeployedValue.Text(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new DistributedApplicationException($"{owner.Name}: a value of type {value.GetType().Name} cannot be deployed."),
    };

    private async ValueTask<DeployedValue> ReadAsync(ReferenceExpression expression)
    {
        if (expression.Conditional is { } conditional)
        {
            return await ReadAsync(await conditional.ChooseAsync(new ValueProviderContext(), cancellationToken));
        }

        var values = new List<DeployedValue>();
        foreach (var part in expression.Parts)
        {
            var value = part.Literal is { } literal ? DeployedValue.Text(literal) : await ReadAsync(part.Value!);
            values.Add(part.Format is "uri" && part.Literal is null ? secrets.Escaped(value) : value);
        }

        return DeployedValue.Concat(values);
    }

    private DeployedValue Read(EndpointReference endpoint, EndpointProperty property)
    {
        var resource = endpoint.Resource;
        if (property is EndpointProperty.Scheme or EndpointProperty.TlsEnabled)
        {
            return DeployedValue.Text(property == EndpointProperty.Scheme ? endpoint.Scheme : endpoint.EndpointAnnotation.TlsEnabled.ToString());
        }

        if (IsOutside(resource))
        {
            var (host, port) = (secrets.PartOf(resource, "host", isOptional: false), secrets.PartOf(resource, "port", isOptional: false));
            return Address(property, endpoint.Scheme, host, port, port);
        }

        if (!ports.TryGetValue(resource, out var known))
        {
            throw new DistributedApplicationException($"{owner.Name}: refers to an endpoint of '{resource.Name}', which is not published; drop the reference or publish that resource.");
        }

        var deployed = known.First(port => string.Equals(port.Endpoint, endpoint.EndpointName, StringComparison.OrdinalIgnoreCase));
        if (resource != owner)
        {
            _connections.Add(new Connection(resource.Name.ToLowerInvariant(), deployed.Endpoint));
        }

        return Address(property, deployed.Scheme, DeployedValue.Text(resource.Name.ToLowerInvariant()), Number(deployed.Port), Number(deployed.TargetPort));
    }

    private static DeployedValue Address(EndpointProperty property, string scheme, DeployedValue host, DeployedValue port, DeployedValue targetPort) => property switch
    {
        EndpointProperty.Host or EndpointProperty.IPV4Host => host,
        EndpointProperty.Port => port,
        EndpointProperty.TargetPort => targetPort,
        EndpointProperty.HostAndPort => DeployedValue.Concat([host, DeployedValue.Text(":"), port]),
        EndpointProperty.Url => DeployedValue.Concat([DeployedValue.Text($"{scheme}://"), host, DeployedValue.Text(":"), port]),
        _ => throw new InvalidOperationException($"The endpoint property '{property}' is unknown."),
    };

    private static DeployedValue Number(int number) => DeployedValue.Text(number.ToString(CultureInfo.InvariantCulture));

    private bool IsOutside(IResource resource) => servers == ServerPlacement.Outside && DeployedResources.ServerOf(resource) is not null;
}
