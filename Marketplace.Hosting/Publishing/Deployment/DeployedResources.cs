using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>What becomes of each kind of resource where the system is deployed.</summary>
internal static class DeployedResources
{
    /// <summary>Whether it is a server that others reach by a connection string, and that may run elsewhere instead.</summary>
    public static bool IsServer(IResource resource) => resource is ContainerResource and IResourceWithConnectionString;

    /// <summary>The server behind a connection string, when the model has it.</summary>
    public static ContainerResource? ServerOf(IResource resource) => resource switch
    {
        ContainerResource server when IsServer(server) => server,
        IResourceWithParent child => ServerOf(child.Parent),
        _ => null,
    };

    /// <summary>Whether it runs from an image.</summary>
    public static bool IsWorkload(IResource resource) => resource is ContainerResource or ProjectResource;

    /// <summary>What keeps a resource from being deployed; <see langword="null"/> when nothing does.</summary>
    public static string? ProblemOf(IResource resource) => resource switch
    {
        ContainerResource when BuildOf(resource) is { HasEntrypoint: false } => $"{resource.Name}: its image only builds files and serves nothing; give it a Dockerfile that does and PublishAsDockerFile(), or leave it out with ExcludeFromManifest().",
        ContainerResource or ProjectResource or ParameterResource or PostgresDatabaseResource or ConnectionStringResource => null,
        ExecutableResource => $"{resource.Name}: a program of this machine has no image; give it one with PublishAsDockerFile(), or leave it out with ExcludeFromManifest().",
        _ => $"{resource.Name}: a {resource.GetType().Name} cannot be deployed; leave it out with ExcludeFromManifest().",
    };

    public static DockerfileBuildAnnotation? BuildOf(IResource resource) => resource.Annotations.OfType<DockerfileBuildAnnotation>().LastOrDefault();

    /// <summary>The image's name: the model's own, or that of what is built, to which a deployment adds registry and tag.</summary>
    public static string ImageOf(IResource resource) =>
        resource is ProjectResource project ? ProgramOf(project).ToLowerInvariant().Replace('.', '-')
        : BuildOf(resource) is null && resource.TryGetContainerImageName(out var image) ? image
        : resource.Name.ToLowerInvariant();

    /// <summary>The name of the program that a project becomes.</summary>
    public static string ProgramOf(ProjectResource project) => Path.GetFileNameWithoutExtension(project.GetProjectMetadata().ProjectPath);
}
