namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A resource is healthy only while the health check registered under <paramref name="key"/> passes.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The key of the registration.</summary>
    public string Key => key;
}

/// <summary>The health check is a GET request that must be answered with a given status.</summary>
public sealed class HttpHealthCheckAnnotation(string key, IValueProvider address, string path, int statusCode) : HealthCheckAnnotation(key)
{
    /// <summary>The address asked: an endpoint, or that of an external service.</summary>
    public IValueProvider Address => address;

    /// <summary>The endpoint asked, when it is one of the resource's own.</summary>
    public EndpointReference? Endpoint => address as EndpointReference;

    /// <summary>The path, starting with a slash.</summary>
    public string Path => path;

    /// <summary>The status that counts as healthy.</summary>
    public int StatusCode => statusCode;
}
