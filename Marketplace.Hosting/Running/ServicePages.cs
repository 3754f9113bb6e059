using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Where people click in the dashboard.</summary>
public static class ServicePages
{
    /// <summary>Links pages of the endpoint <c>http</c>. Health and metrics, and endpoints that no browser opens, stand in the details only.</summary>
    /// <param name="service">The service.</param>
    /// <param name="pages">What the links say and where they go, in their order.</param>
    public static IResourceBuilder<ProjectResource> WithPages(this IResourceBuilder<ProjectResource> service, params (string Text, string Path)[] pages)
    {
        ArgumentNullException.ThrowIfNull(service);
        return service.WithUrls(context =>
        {
            var own = context.Urls.FirstOrDefault(url => url.Endpoint?.EndpointName == "http");
            foreach (var url in context.Urls)
            {
                url.DisplayLocation = UrlDisplayLocation.DetailsOnly;
                (url.Url, url.DisplayText) = url.Endpoint?.EndpointName == ManagementEndpoints.Name ? (url.Url.TrimEnd('/') + "/metrics", "Metrics") : (url.Url, url.DisplayText);
            }

            if (own is not null)
            {
                context.Urls.AddRange(pages.Select(page => Link(own, page.Text, page.Path, UrlDisplayLocation.SummaryAndDetails)));
                context.Urls.Add(Link(own, "Health", "/health", UrlDisplayLocation.DetailsOnly));
            }
        });
    }

    private static ResourceUrlAnnotation Link(ResourceUrlAnnotation own, string text, string path, UrlDisplayLocation location) =>
        new() { Url = own.Url.TrimEnd('/') + path, DisplayText = text, Endpoint = own.Endpoint, DisplayLocation = location };
}
