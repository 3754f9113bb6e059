namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A Redis server.</summary>
public class RedisResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    /// <summary>A server with a password.</summary>
    public RedisResource(string name, ParameterResource? password) : this(name) => PasswordParameter = password;

    /// <summary>The endpoint that clients use.</summary>
    public EndpointReference PrimaryEndpoint => new(this, PrimaryEndpointName);

    /// <summary>The password; <see langword="null"/> for none.</summary>
    public ParameterResource? PasswordParameter { get; internal set; }

    /// <summary>Host and port, password, and whether the connection is encrypted, as StackExchange.Redis reads it.</summary>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var address = PrimaryEndpoint.Property(EndpointProperty.HostAndPort);
            var tls = PrimaryEndpoint.GetTlsValue(ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Empty);
            return PasswordParameter is { } password
                ? ReferenceExpression.Create($"{address},password={password}{tls}")
                : ReferenceExpression.Create($"{address}{tls}");
        }
    }

    /// <summary>The address as <c>redis://:password@host:port</c>.</summary>
    public ReferenceExpression UriExpression
    {
        get
        {
            var (scheme, host, port) = (PrimaryEndpoint.Property(EndpointProperty.Scheme), PrimaryEndpoint.Property(EndpointProperty.Host), PrimaryEndpoint.Property(EndpointProperty.Port));
            return PasswordParameter is { } password
                ? ReferenceExpression.Create($"{scheme}://:{password:uri}@{host}:{port}")
                : ReferenceExpression.Create($"{scheme}://{host}:{port}");
        }
    }

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}"));
        yield return new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}"));
        if (PasswordParameter is { } password)
        {
            yield return new("Password", ReferenceExpression.Create($"{password}"));
        }

        yield return new("Uri", UriExpression);
    }
}
