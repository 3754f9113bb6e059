namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The connection string of a resource, as a consumer receives it.</summary>
public sealed class ConnectionStringReference(IResourceWithConnectionString resource, bool optional) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The resource referred to.</summary>
    public IResourceWithConnectionString Resource => resource;

    /// <summary>Whether the consumer also starts without it.</summary>
    public bool Optional => optional;

    /// <inheritdoc />
    public string ValueExpression => resource.ValueExpression;

    IEnumerable<object> IValueWithReferences.References => [resource];

    /// <inheritdoc />
    /// <exception cref="DistributedApplicationException">There is no connection string and it is not optional.</exception>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var value = await resource.GetConnectionStringAsync(cancellationToken);
        return string.IsNullOrEmpty(value) && !optional
            ? throw new DistributedApplicationException($"{resource.Name}: the connection string is empty; give it a value in the configuration, ConnectionStrings:{resource.Name}.")
            : value;
    }
}
