using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Compose;
using Marketplace.Hosting.Publishing.Kubernetes;

namespace Marketplace.Hosting;

/// <summary>Environments that the model is published to as files, each by steps of Aspire's pipeline.</summary>
public static class PublishingExtensions
{
    // Neither of ours waits for "publish-prereq": it asks for the value of every parameter, and keeps them all in clear text in the user's home.

    /// <summary>
    /// Adds a Kubernetes cluster. The step <c>publish-NAME</c> writes the model as a kustomize base with overlays and components into
    /// <c>--output-path</c>; as a part of <c>publish</c>, into a folder of that name there. The step <c>NAME-secrets</c> writes what is
    /// missing in the <c>secrets</c> folder of the overlay that <c>--output-path</c> names; it is no part of <c>publish</c>.
    /// </summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The environment's name.</param>
    public static IResourceBuilder<KubernetesManifestsResource> AddKubernetesManifests(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var kubernetes = builder.AddEnvironment(new KubernetesManifestsResource(name), "Writes Kubernetes manifests");
        return kubernetes.WithPipelineStepFactory(kubernetes.Resource.SecretsStep, kubernetes.Resource.WriteSecretsAsync, description: "Writes the missing secrets of an overlay");
    }

    /// <summary>
    /// Adds a machine with a container engine. The step <c>publish-NAME</c> writes the model as a Compose file, and a git-ignored
    /// <c>.env</c> with its secrets, into <c>--output-path</c>; as a part of <c>publish</c>, into a folder of that name there.
    /// </summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The environment's name.</param>
    public static IResourceBuilder<ComposeFileResource> AddComposeFile(this IDistributedApplicationBuilder builder, [ResourceName] string name) =>
        builder.AddEnvironment(new ComposeFileResource(name), "Writes a Compose file");

    private static IResourceBuilder<T> AddEnvironment<T>(this IDistributedApplicationBuilder builder, T environment, string description) where T : PublishedEnvironmentResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ExecutionContext.IsRunMode ? builder.CreateResourceBuilder(environment) : builder.AddResource(environment)
            .ExcludeFromManifest()
            .WithPipelineStepFactory(environment.PublishStep, environment.PublishAsync, requiredBy: [WellKnownPipelineSteps.Publish], description: description)
            .WithPipelineConfiguration(AllowSharedResources);
    }

    /// <summary>Aspire wants each resource to choose one of several environments; each of ours takes them all.</summary>
    private static void AllowSharedResources(PipelineConfigurationContext context) =>
        context.Steps.Single(step => step.Name == "validate-compute-environments").RequiredBySteps.Clear();
}
