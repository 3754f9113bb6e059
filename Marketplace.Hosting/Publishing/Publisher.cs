using Marketplace.Hosting.Publishing.Compose;
using Marketplace.Hosting.Publishing.Kubernetes;
using Marketplace.Hosting.Publishing.Manifest;
using Marketplace.Hosting.Publishing.Secrets;

namespace Marketplace.Hosting.Publishing;

/// <summary>Writes the model for deployment elsewhere, in the form the command line asks for.</summary>
internal sealed class Publisher(DistributedApplicationExecutionContext executionContext, EngineOptions options, ModelValidator validator, ManifestWriter manifest, KubernetesPublisher kubernetes, SecretFiles secrets, ComposePublisher compose)
{
    /// <exception cref="DistributedApplicationException">The model is not valid, or the publisher or the place to write to is not given rightly.</exception>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (validator.Validate() is { Count: > 0 } errors)
        {
            throw new DistributedApplicationException(errors);
        }

        var path = options.OutputPath ?? throw new DistributedApplicationException("--output-path is missing; it names the file or folder to write.");
        var written = executionContext.PublisherName switch
        {
            "manifest" => await manifest.WriteAsync(path, cancellationToken),
            "kubernetes" => await kubernetes.WriteAsync(path, cancellationToken),
            "kubernetes-secrets" => await secrets.WriteAsync(path, cancellationToken),
            "compose" => await compose.WriteAsync(path, cancellationToken),
            var unknown => throw new DistributedApplicationException($"--publisher '{unknown}' is unknown; it is 'manifest', 'kubernetes', 'kubernetes-secrets' or 'compose'."),
        };
        await Console.Out.WriteLineAsync($"Published to {written}".AsMemory(), cancellationToken);
    }
}
