using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>How a resource is published.</summary>
public static class PublishExtensions
{
    /// <summary>Leaves the resource out of what is published.</summary>
    public static IResourceBuilder<T> ExcludeFromManifest<T>(this IResourceBuilder<T> builder) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(ManifestPublishingCallbackAnnotation.Ignore, ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Publishes a program as a container built from the Dockerfile in its folder.</summary>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder) where T : ExecutableResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(
            new DockerfileBuildAnnotation(builder.Resource.WorkingDirectory, Path.Combine(builder.Resource.WorkingDirectory, "Dockerfile")), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Sends the resource's telemetry to the dashboard; projects do so by themselves.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder) where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new OtlpExporterAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }
}
