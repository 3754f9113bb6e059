namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Something that runs from a container image; Kafka, Redis and Postgres run as native processes instead.</summary>
public class ContainerResource(string name, string? entrypoint = null) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>What the container starts instead of the image's own entry point.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}
