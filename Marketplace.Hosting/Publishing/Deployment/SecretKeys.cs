using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>The keys of what a deployment gets from outside its manifests.</summary>
internal sealed class SecretKeys
{
    private readonly SortedDictionary<string, DeployedSecret> _secrets = new(StringComparer.Ordinal);

    public IReadOnlyList<DeployedSecret> All => [.. _secrets.Values];

    /// <summary>The value where the model has it for everybody to read; else the key under which a deployment finds it.</summary>
    public DeployedValue ValueOf(ParameterResource parameter) =>
        parameter is { Secret: false, Default: { } constant and not GenerateParameterDefault }
            ? DeployedValue.Text(constant.GetDefaultValue())
            : Add(new DeployedSecret(parameter.Name.ToLowerInvariant(), parameter, ConfigurationKey: $"{(parameter.IsConnectionString ? "ConnectionStrings" : "Parameters")}:{parameter.Name}"));

    /// <summary>The connection string of a server that runs elsewhere.</summary>
    public DeployedValue ConnectionStringOf(IResourceWithConnectionString resource) =>
        Add(new DeployedSecret($"{resource.Name.ToLowerInvariant()}-connection-string", ConfigurationKey: $"ConnectionStrings:{resource.Name}"));

    /// <summary>One part of the connection to a server that runs elsewhere.</summary>
    public DeployedValue PartOf(IResource resource, string part, bool isOptional)
    {
        var key = $"{resource.Name}-{part}".ToLowerInvariant();
        return Add(new DeployedSecret(key, ConfigurationKey: $"Parameters:{key}", IsOptional: isOptional));
    }

    /// <summary>A value so that it fits inside an address (RFC 3986): literals escaped, secrets by the key of their escaped form.</summary>
    public DeployedValue Escaped(DeployedValue value) => DeployedValue.Concat(value.Parts.Select(part =>
        part.Secret is { } key
            ? Add(_secrets[key] with { Key = $"{key}-uri-encoded", Format = "uri" })
            : DeployedValue.Text(Uri.EscapeDataString(part.Literal))));

    private DeployedValue Add(DeployedSecret secret)
    {
        if (_secrets.TryGetValue(secret.Key, out var known) && known with { IsOptional = secret.IsOptional } != secret)
        {
            throw new DistributedApplicationException($"{secret.Key}: two different secrets would have this name; rename the parameter.");
        }

        // Its users decide.
        _secrets[secret.Key] = secret with { IsOptional = secret.IsOptional && known?.IsOptional != false };
        return DeployedValue.OfSecret(secret.Key, secret.IsOptional);
    }
}
