using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Tests.Hosting.Publishing;

/// <summary>Models made in a test, to be published, of an AppHost whose folder is empty.</summary>
internal sealed class TestModel : IDisposable
{
    public TestModel(params string[] args) =>
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--operation", "publish", .. args], ProjectDirectory = Folder, DisableDashboard = true });

    public IDistributedApplicationBuilder Builder { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("model-").FullName;

    /// <summary>Reads the part of a model that goes into an environment. The model is not built: Aspire's test host would then run its pipeline.</summary>
    public static DeploymentReader ReaderOf(IDistributedApplicationBuilder builder, PublishedEnvironmentResource environment) =>
        new(new DistributedApplicationModel(builder.Resources), builder.ExecutionContext, builder.Environment, environment);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
