using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Kubernetes;
using Marketplace.Hosting.Publishing.Output;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>The files that a model is published as, read back as Kubernetes would.</summary>
internal sealed class PublishedModel(IReadOnlyDictionary<string, string> files)
{
    /// <summary>The real model.</summary>
    /// <param name="settings">Its settings, such as <c>Parameters:name=value</c>.</param>
    public static async Task<PublishedModel> OfAppHostAsync(params string[] settings)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish", .. settings.Select(setting => $"--{setting}")], TestContext.Current.CancellationToken);
        return await OfAsync(builder, builder.Resources.OfType<PublishedEnvironmentResource>().Single(environment => environment.Name == "kubernetes"));
    }

    /// <summary>A model made in a test.</summary>
    public static Task<PublishedModel> OfAsync(TestModel model) => OfAsync(model.Builder, new PublishedEnvironmentResource("kubernetes"));

    /// <summary>The part of a model that goes into an environment.</summary>
    public static async Task<PublishedModel> OfAsync(IDistributedApplicationBuilder builder, PublishedEnvironmentResource environment)
    {
        OutputFolder output = await new KubernetesPublisher(TestModel.ReaderOf(builder, environment)).FilesAsync(TestContext.Current.CancellationToken);
        return new PublishedModel(output.Files);
    }

    public IReadOnlyDictionary<string, string> Files => files;

    /// <summary>The objects in the files whose path starts so.</summary>
    public IReadOnlyList<KubernetesYaml> In(string folder) =>
        [.. files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal) && file.Key.EndsWith(".yaml", StringComparison.Ordinal) && !file.Key.EndsWith("kustomization.yaml", StringComparison.Ordinal))
            .SelectMany(file => KubernetesYaml.Parse(file.Value))];

    public KubernetesYaml Find(string folder, string kind, string name) => In(folder).Single(found => found.Kind == kind && found.Name == name);
}
