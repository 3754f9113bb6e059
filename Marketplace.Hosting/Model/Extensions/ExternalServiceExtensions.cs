using System.Globalization;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Services that run elsewhere.</summary>
public static class ExternalServiceExtensions
{
    /// <summary>Adds a service at an address: absolute, the path ending with a slash, without query or fragment.</summary>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, string url)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var problem = ExternalServiceResource.ProblemOf(url, out var uri);
        var service = builder.AddResource(new ExternalServiceResource(name, uri ?? new Uri("about:blank"))).ExcludeFromManifest();
        return problem is null ? service : service.WithAnnotation(new ModelErrorAnnotation($"the address '{url}' {problem}"));
    }

    /// <summary>Adds a service whose address is a parameter.</summary>
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> urlParameter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(urlParameter);
        return builder.AddResource(new ExternalServiceResource(name, urlParameter.Resource)).ExcludeFromManifest();
    }

    /// <summary>Healthy while GET <paramref name="path"/> (<c>/</c>) is answered with <paramref name="statusCode"/> (200).</summary>
    public static IResourceBuilder<ExternalServiceResource> WithHttpHealthCheck(this IResourceBuilder<ExternalServiceResource> builder, string? path = null, int? statusCode = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var service = builder.Resource;
        IValueProvider address = service.UrlParameter is { } parameter ? parameter : ReferenceExpression.Create($"{service.Uri?.ToString()}");
        var key = string.Create(CultureInfo.InvariantCulture, $"{service.Name}_external_{path ?? "/"}_{statusCode ?? 200}_check");
        return builder.WithAnnotation(new HttpHealthCheckAnnotation(key, address, path ?? "/", statusCode ?? 200));
    }
}
