using Aspire.Hosting.Pipelines;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>A Kubernetes cluster, for which the model is written as manifests.</summary>
/// <param name="name">Its name, after which its steps are called.</param>
public sealed class KubernetesManifestsResource(string name) : PublishedEnvironmentResource(name)
{
    /// <summary>The step that writes the secrets of an overlay.</summary>
    internal string SecretsStep => $"{Name}-secrets";

    private protected override Task WriteAsync(string folder, PipelineStepContext context) =>
        new KubernetesPublisher(DeploymentReader.For(context.Services, this)).WriteAsync(folder, context.CancellationToken);

    internal async Task WriteSecretsAsync(PipelineStepContext context)
    {
        var files = new SecretFiles(DeploymentReader.For(context.Services, this), new SecretValues(context.Services.GetRequiredService<IConfiguration>()));
        var overlay = context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory();
        Tell(SecretsStep, await files.WriteAsync(overlay, context.CancellationToken), context);
    }
}
