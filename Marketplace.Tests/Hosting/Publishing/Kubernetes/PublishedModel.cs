using Marketplace.Hosting.Publishing.Kubernetes;
using Marketplace.Hosting.Publishing.Output;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Hosting.Publishing.Kubernetes;

/// <summary>The files that a model is published as, read back as Kubernetes would.</summary>
internal sealed class PublishedModel(IReadOnlyDictionary<string, string> files)
{
    /// <summary>The real model.</summary>
    public static async Task<PublishedModel> OfAppHostAsync()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Marketplace_AppHost>(["--operation", "publish", "--publisher", "kubernetes"], TestContext.Current.CancellationToken);
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        return await OfAsync(app.Services);
    }

    /// <summary>A model made in a test.</summary>
    public static async Task<PublishedModel> OfAsync(Model.TestModel model)
    {
        await using var app = model.Builder.Build();
        return await OfAsync(app.Services);
    }

    public IReadOnlyDictionary<string, string> Files => files;

    /// <summary>The objects in the files whose path starts so.</summary>
    public IReadOnlyList<KubernetesYaml> In(string folder) =>
        [.. files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal) && file.Key.EndsWith(".yaml", StringComparison.Ordinal) && !file.Key.EndsWith("kustomization.yaml", StringComparison.Ordinal))
            .SelectMany(file => KubernetesYaml.Parse(file.Value))];

    public KubernetesYaml Find(string folder, string kind, string name) => In(folder).Single(found => found.Kind == kind && found.Name == name);

    private static async Task<PublishedModel> OfAsync(IServiceProvider services)
    {
        OutputFolder output = await services.GetRequiredService<KubernetesPublisher>().FilesAsync(TestContext.Current.CancellationToken);
        return new PublishedModel(output.Files);
    }
}
