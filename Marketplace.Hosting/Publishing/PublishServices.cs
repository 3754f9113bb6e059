using Marketplace.Hosting.Publishing.Compose;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Kubernetes;
using Marketplace.Hosting.Publishing.Manifest;
using Marketplace.Hosting.Publishing.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Hosting.Publishing;

internal static class PublishServices
{
    /// <summary>Adds what writes the model for deployment elsewhere.</summary>
    public static void AddPublishMode(this IServiceCollection services)
    {
        services.AddSingleton<Publisher>();
        services.AddSingleton<ManifestWriter>();
        services.AddSingleton<DeploymentReader>();
        services.AddSingleton<KubernetesPublisher>();
        services.AddSingleton<ComposePublisher>();
        services.AddSingleton<SecretValues>();
        services.AddSingleton<SecretFiles>();
    }
}
