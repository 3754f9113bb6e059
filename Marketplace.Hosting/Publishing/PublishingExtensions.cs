using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Compose;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Kubernetes;
using Marketplace.Hosting.Publishing.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Hosting;

/// <summary>Environments that the model is published to as files, each by steps of Aspire's pipeline.</summary>
public static partial class PublishingExtensions
{
    // Neither of ours waits for "publish-prereq": it asks for the value of every parameter, and keeps them all in clear text in the user's home.

    /// <summary>
    /// Adds a Kubernetes cluster. The step <c>publish-NAME</c> writes the model as a kustomize base with overlays and components into
    /// <c>--output-path</c>; as a part of <c>publish</c>, into a folder of that name there. The step <c>NAME-secrets</c> writes what is
    /// missing in the <c>secrets</c> folder of the overlay that <c>--output-path</c> names; it is no part of <c>publish</c>.
    /// </summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The environment's name.</param>
    public static IResourceBuilder<PublishedEnvironmentResource> AddKubernetesManifests(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var kubernetes = builder.AddEnvironment(name, "Writes Kubernetes manifests", (reader, _, folder, cancellationToken) => new KubernetesPublisher(reader).WriteAsync(folder, cancellationToken));
        var step = $"{name}-secrets";
        return kubernetes.WithPipelineStepFactory(step, description: "Writes the missing secrets of an overlay", callback: context => WriteAsync(
            step, context, kubernetes.Resource, context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory(),
            (reader, values, overlay, cancellationToken) => new SecretFiles(reader, values).WriteAsync(overlay, cancellationToken)));
    }

    /// <summary>
    /// Adds a machine with a container engine. The step <c>publish-NAME</c> writes the model as a Compose file, and a git-ignored
    /// <c>.env</c> with its secrets, into <c>--output-path</c>; as a part of <c>publish</c>, into a folder of that name there.
    /// </summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The environment's name.</param>
    public static IResourceBuilder<PublishedEnvironmentResource> AddComposeFile(this IDistributedApplicationBuilder builder, [ResourceName] string name) =>
        builder.AddEnvironment(name, "Writes a Compose file", (reader, values, folder, cancellationToken) => new ComposePublisher(reader, values).WriteAsync(folder, cancellationToken));

    /// <summary>Lets the processor time that a service takes decide how many copies of it are deployed, where there is an autoscaler.</summary>
    /// <param name="service">A service that answers requests, and keeps nothing.</param>
    public static IResourceBuilder<ProjectResource> WithAutoscaling(this IResourceBuilder<ProjectResource> service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return service.WithAnnotation(new AutoscalingAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }

    private static IResourceBuilder<PublishedEnvironmentResource> AddEnvironment(this IDistributedApplicationBuilder builder, string name, string description, Writer write)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var environment = new PublishedEnvironmentResource(name);
        var step = $"publish-{name}";
        return builder.ExecutionContext.IsRunMode ? builder.CreateResourceBuilder(environment) : builder.AddResource(environment)
            .ExcludeFromManifest()
            .WithPipelineStepFactory(step, PublishAsync, requiredBy: [WellKnownPipelineSteps.Publish], description: description)
            .WithPipelineConfiguration(AllowSharedResources);

        // Asked for by its name, a step has the output folder for itself; as a part of "publish" it shares it.
        Task PublishAsync(PipelineStepContext context)
        {
            var output = context.Services.GetRequiredService<IPipelineOutputService>();
            var isAlone = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.Step == step;
            return WriteAsync(step, context, environment, isAlone ? output.GetOutputDirectory() : output.GetOutputDirectory(environment), write);
        }
    }

    /// <summary>Writes, and says where, on the console and to Aspire's CLI.</summary>
    private static async Task WriteAsync(string step, PipelineStepContext context, PublishedEnvironmentResource environment, string folder, Writer write)
    {
        var reader = new DeploymentReader(context.Model, context.ExecutionContext, context.Services.GetRequiredService<IHostEnvironment>(), environment);
        var written = await write(reader, new SecretValues(context.Services.GetRequiredService<IConfiguration>()), folder, context.CancellationToken);
        Log.Written(context.Logger, step, written);
        context.Summary.Add(step, written);
    }

    /// <summary>Aspire wants each resource to choose one of several environments; each of ours takes them all.</summary>
    private static void AllowSharedResources(PipelineConfigurationContext context) =>
        context.Steps.Single(step => step.Name == "validate-compute-environments").RequiredBySteps.Clear();

    /// <summary>Writes files of a model into a folder and gives the path of where they are.</summary>
    private delegate Task<string> Writer(DeploymentReader reader, SecretValues values, string folder, CancellationToken cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Step} has written {Folder}")]
        public static partial void Written(ILogger logger, string step, string folder);
    }
}
