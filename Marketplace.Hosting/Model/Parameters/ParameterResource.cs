namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A value given from outside: by configuration (<c>Parameters:name</c>), by a default, or generated.</summary>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : Resource(name), IManifestExpressionProvider, IValueProvider
{
    private readonly Func<ParameterDefault?, string> _callback = callback;
    private string? _value;

    /// <summary>Whether the value must not be shown.</summary>
    public bool Secret => secret;

    /// <summary>What the value is when the configuration has none.</summary>
    public ParameterDefault? Default { get; set; }

    /// <summary>Whether the value is a whole connection string.</summary>
    public bool IsConnectionString { get; set; }

    /// <summary>Where the configuration has the value.</summary>
    internal string ConfigurationKey => IsConnectionString ? $"ConnectionStrings:{Name}" : $"Parameters:{Name}";

    /// <inheritdoc />
    public string ValueExpression => IsConnectionString ? $"{{{Name}.connectionString}}" : $"{{{Name}.value}}";

    /// <inheritdoc />
    /// <exception cref="MissingParameterValueException">There is no value.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(_value ??= _callback(Default));
}

/// <summary>A parameter that is a connection string, of a server that the model does not start.</summary>
public sealed class ConnectionStringParameterResource : ParameterResource, IResourceWithConnectionString
{
    internal ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? environmentVariableName)
        : base(name, callback, secret: true)
    {
        IsConnectionString = true;
        ConnectionStringEnvironmentVariable = environmentVariableName;
    }

    /// <inheritdoc />
    public string? ConnectionStringEnvironmentVariable { get; }

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{(ParameterResource)this}");

    // Its expression is itself.
    IEnumerable<object> IValueWithReferences.References => [];

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(cancellationToken);
}
