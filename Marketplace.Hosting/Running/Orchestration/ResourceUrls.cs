using System.Collections.Immutable;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>The addresses of a resource: its endpoints, as the model's callbacks changed them.</summary>
internal sealed class ResourceUrls(DistributedApplicationExecutionContext executionContext)
{
    public async Task<ImmutableArray<UrlSnapshot>> OfAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is ExternalServiceResource external)
        {
            var address = external.Uri?.ToString() ?? await external.UrlParameter!.GetValueAsync(cancellationToken);
            return address is null ? [] : [new UrlSnapshot(null, address)];
        }

        var urls = resource is not IResourceWithEndpoints owner ? [] : resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.AllocatedEndpoint is not null && IsServed(resource, endpoint))
            .Select(endpoint => new ResourceUrlAnnotation
            {
                Url = endpoint.AllocatedEndpoint!.UriString,
                Endpoint = new EndpointReference(owner, endpoint.Name),
            })
            .ToList();
        var context = new ResourceUrlsCallbackContext(executionContext, resource, urls, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return [.. context.Urls.Select(url => new UrlSnapshot(url.Endpoint?.EndpointName, Absolute(url), url.DisplayText))];
    }

    /// <summary>The address by which containers reach a broker has nobody who listens on it when there are none.</summary>
    private static bool IsServed(IResource resource, EndpointAnnotation endpoint) =>
        ResourceKinds.PrimaryEndpointOf(resource) is not { } served || endpoint.Name == served.EndpointName;

    private static string Absolute(ResourceUrlAnnotation url) =>
        url.Endpoint is { } endpoint && url.Url.StartsWith('/') ? new Uri(new Uri(endpoint.Url), url.Url).ToString() : url.Url;
}
