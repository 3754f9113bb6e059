using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>Reads the values of one resource as they are where it is deployed, and remembers what they connect it to.</summary>
internal sealed partial class ValueReader(IResource owner, ServerPlacement servers, SecretKeys secrets, IReadOnlyDictionary<string, IReadOnlyList<DeployedPort>> ports)
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
        if (expression.IsConditional)
        {
            var isTrue = string.Equals((await ReadAsync(expression.Condition!)).ToString(), expression.MatchValue, StringComparison.OrdinalIgnoreCase);
            return await ReadAsync(isTrue ? expression.WhenTrue! : expression.WhenFalse!);
        }

        var values = new List<DeployedValue>();
        foreach (Match part in Parts.Matches(expression.Format))
        {
            if (!part.Groups[1].Success)
            {
                values.Add(DeployedValue.Text(part.Value is "{{" or "}}" ? part.Value[..1] : part.Value));
                continue;
            }

            var index = int.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            var value = await ReadAsync(expression.ValueProviders[index]);
            values.Add(expression.StringFormats[index] is "uri" ? secrets.Escaped(value) : value);
        }

        return DeployedValue.Concat(values);
    }

    private DeployedValue Read(EndpointReference endpoint, EndpointProperty property)
    {
        var resource = endpoint.Resource;
        if (!ports.ContainsKey(resource.Name))
        {
            throw new DistributedApplicationException($"{owner.Name}: refers to an endpoint of '{resource.Name}', which is not published; drop the reference or publish that resource.");
        }

        var deployed = DeployedPort.Of(endpoint);
        if (property is EndpointProperty.Scheme or EndpointProperty.TlsEnabled)
        {
            return deployed.Address(property, resource);
        }

        if (IsOutside(resource))
        {
            var (host, port) = (secrets.PartOf(resource, "host", isOptional: false), secrets.PartOf(resource, "port", isOptional: false));
            return deployed.Address(property, host, port, port);
        }

        if (resource.Name != owner.Name)
        {
            _connections.Add(new Connection(DeployedPort.HostOf(resource), deployed.Endpoint));
        }

        return deployed.Address(property, resource);
    }

    private bool IsOutside(IResource resource) => servers == ServerPlacement.Outside && DeployedResources.ServerOf(resource) is not null;

    /// <summary>The parts of a composite format string: holes, escaped braces, text.</summary>
    [GeneratedRegex(@"\{(\d+)\}|\{\{|\}\}|[^{}]+")]
    private static partial Regex Parts { get; }
}
