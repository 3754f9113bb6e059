using Aspire.Hosting.Pipelines;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Hosting.Publishing.Compose;

/// <summary>One machine with a container engine, for which the model is written as a Compose file.</summary>
/// <param name="name">Its name, after which its step is called.</param>
public sealed class ComposeFileResource(string name) : PublishedEnvironmentResource(name)
{
    private protected override Task WriteAsync(string folder, PipelineStepContext context) =>
        new ComposePublisher(DeploymentReader.For(context.Services, this), new SecretValues(context.Services.GetRequiredService<IConfiguration>())).WriteAsync(folder, context.CancellationToken);
}
