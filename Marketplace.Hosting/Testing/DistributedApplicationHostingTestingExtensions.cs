using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Hosting.Testing;

/// <summary>What a test asks a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client for an endpoint of a resource: the named one, else <c>http</c>, else <c>https</c>.</summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var address = app.GetEndpoint(resourceName, endpointName);
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = address;
        return client;
    }

    /// <summary>The address of an endpoint of a resource: the named one, else <c>http</c>, else <c>https</c>.</summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Resource(resourceName) is not IResourceWithEndpoints resource)
        {
            throw new ArgumentException($"'{resourceName}' has no endpoints.", nameof(resourceName));
        }

        string[] names = endpointName is null ? ["http", "https"] : [endpointName];
        var endpoint = names.Select(name => new EndpointReference(resource, name)).FirstOrDefault(known => known.Exists);
        return endpoint is null
            ? throw new ArgumentException($"'{resourceName}' {new EndpointReference(resource, names[0]).MissingMessage}", nameof(endpointName))
            : new Uri(endpoint.Url);
    }

    /// <summary>The connection string of a resource.</summary>
    /// <exception cref="ArgumentException">There is no such resource, or it has no connection string.</exception>
    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    public static ValueTask<string?> GetConnectionStringAsync(this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        var resource = app.Resource(resourceName);
        app.ThrowUnlessStarted();
        return resource is IResourceWithConnectionString server
            ? server.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"'{resourceName}' has no connection string.", nameof(resourceName));
    }

    private static IResource Resource(this DistributedApplication app, string name) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources.FirstOrDefault(resource => string.Equals(resource.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"The model has no resource '{name}'.", nameof(name));
}
