using Xunit;

namespace Marketplace.Tests.Hosting.Model;

/// <summary>Models made in a test, of an AppHost whose folder is empty.</summary>
internal sealed class TestModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model-").FullName;

    public TestModel(params string[] args) =>
        Builder = (DistributedApplicationBuilder)DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, ProjectDirectory = _folder, DisableDashboard = true });

    public DistributedApplicationBuilder Builder { get; }

    public string Folder => _folder;

    public IReadOnlyList<string> Errors() => new ModelValidator(new DistributedApplicationModel(Builder.Resources), Builder.ExecutionContext, Builder.Configuration).Validate();

    /// <summary>The environment of the only instance of a resource, every endpoint listening on its own port or a made-up one.</summary>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentOf<T>(IResourceBuilder<T> resource, TelemetryTarget? telemetry = null) where T : IResource =>
        (await VariablesOf(resource, telemetry)).ToDictionary(variable => variable.Name, variable => variable.Value);

    public Task<IReadOnlyList<ResolvedVariable>> VariablesOf<T>(IResourceBuilder<T> resource, TelemetryTarget? telemetry = null) where T : IResource
    {
        var resolver = new EnvironmentResolver(Builder.ExecutionContext, Builder.Environment, Builder.Configuration);
        return resolver.GetEnvironmentAsync(InstanceOf(resource.Resource), telemetry, TestContext.Current.CancellationToken);
    }

    public Task<IReadOnlyList<ResolvedArgument>> ArgumentsOf<T>(IResourceBuilder<T> resource) where T : IResource
    {
        var resolver = new EnvironmentResolver(Builder.ExecutionContext, Builder.Environment, Builder.Configuration);
        return resolver.GetArgumentsAsync(InstanceOf(resource.Resource), TestContext.Current.CancellationToken);
    }

    /// <summary>Gives every endpoint an address: its port, or one counted from 50000.</summary>
    public void Allocate()
    {
        var next = 50000;
        foreach (var endpoint in Builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()))
        {
            endpoint.AllocatedEndpoint ??= new AllocatedEndpoint(endpoint, "localhost", endpoint.Port ?? next++);
        }
    }

    public void Dispose()
    {
        Builder.Configuration.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ResourceInstance InstanceOf(IResource resource)
    {
        Allocate();
        return new ResourceInstance(resource, resource.Name, resource.Annotations.OfType<EndpointAnnotation>().ToDictionary(endpoint => endpoint.Name, endpoint => endpoint.TargetPort ?? endpoint.AllocatedEndpoint!.Port, StringComparer.OrdinalIgnoreCase));
    }
}
