using System.Globalization;
using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>When a resource counts as healthy.</summary>
public static class HealthExtensions
{
    /// <summary>Healthy while a health check registered with the AppHost's services under <paramref name="key"/> passes.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Healthy while GET <paramref name="path"/> (<c>/</c>) is answered with <paramref name="statusCode"/> (200).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null) where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = builder.HttpEndpoint(endpointName);
        var key = string.Create(CultureInfo.InvariantCulture, $"{builder.Resource.Name}_{endpoint.EndpointName}_{path ?? "/"}_{statusCode ?? 200}_check");
        return builder.WithAnnotation(new HttpHealthCheckAnnotation(key, endpoint, path ?? "/", statusCode ?? 200));
    }

    /// <summary>The endpoint of a name, or the first HTTP endpoint.</summary>
    internal static EndpointReference HttpEndpoint<T>(this IResourceBuilder<T> builder, string? endpointName) where T : IResourceWithEndpoints =>
        endpointName is not null
            ? builder.GetEndpoint(endpointName)
            : builder.Resource.GetEndpoints().Where(endpoint => endpoint.IsHttp || endpoint.IsHttps).OrderBy(endpoint => endpoint.IsHttp).FirstOrDefault()
                ?? builder.GetEndpoint("http");
}
