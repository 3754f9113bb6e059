namespace Marketplace.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource, by name; its address is known once the application has started.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The resource that listens on it.</summary>
    public IResourceWithEndpoints Resource => owner;

    /// <summary>The endpoint's name.</summary>
    public string EndpointName => endpointName;

    /// <summary>Whether the resource has an endpoint of this name.</summary>
    public bool Exists => Find() is not null;

    /// <summary>Whether its address is known.</summary>
    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    /// <summary>What the model says of the endpoint.</summary>
    /// <exception cref="InvalidOperationException">The resource has no such endpoint.</exception>
    public EndpointAnnotation EndpointAnnotation => Find() ?? throw new InvalidOperationException(MissingMessage);

    /// <summary>The scheme, such as <c>http</c>.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    /// <summary>Whether the scheme is <c>http</c>.</summary>
    public bool IsHttp => Scheme == "http";

    /// <summary>Whether the scheme is <c>https</c>.</summary>
    public bool IsHttps => Scheme == "https";

    /// <summary>The port the process itself listens on, when the model says so.</summary>
    public int? TargetPort => EndpointAnnotation.TargetPort;

    /// <summary>The port that clients use.</summary>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public int Port => Allocated.Port;

    /// <summary>The host that clients use.</summary>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public string Host => Allocated.Address;

    /// <summary>Scheme, host and port.</summary>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public string Url => Allocated.UriString;

    /// <inheritdoc />
    public string ValueExpression => Expression("url");

    IEnumerable<object> IValueWithReferences.References => [owner];

    internal string MissingMessage => Resource.Annotations.OfType<EndpointAnnotation>().Select(e => e.Name).ToArray() is { Length: > 0 } names
        ? $"has no endpoint '{EndpointName}'; its endpoints are {string.Join(", ", names)}."
        : $"has no endpoint '{EndpointName}', nor any other; give it one with WithHttpEndpoint or WithEndpoint.";

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The address of endpoint '{EndpointName}' of '{Resource.Name}' is known once the application has started.");

    /// <summary>One part of the endpoint's address.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        (await EndpointAnnotation.WaitForAllocationAsync(cancellationToken)).UriString;

    /// <summary><paramref name="enabledValue"/> where the endpoint is encrypted, else <paramref name="disabledValue"/>.</summary>
    internal ReferenceExpression GetTlsValue(ReferenceExpression enabledValue, ReferenceExpression disabledValue) =>
        ReferenceExpression.CreateConditional(Property(EndpointProperty.TlsEnabled), bool.TrueString, enabledValue, disabledValue);

    internal string Expression(string property) => $"{{{Resource.Name}.bindings.{EndpointName}.{property}}}";

    private EndpointAnnotation? Find() =>
        Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
