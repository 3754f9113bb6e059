using System.Reflection;
using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting.Testing;

/// <summary>
/// Runs a model in a test: on free ports, with a state folder of its own that goes with the application, without the
/// developer's user secrets; any number beside each other and beside a developer's own run.
/// </summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the entry point of the AppHost that <typeparamref name="TEntryPoint"/> belongs to, up to where it builds the application.</summary>
    /// <exception cref="InvalidOperationException">The assembly has no entry point, or that ends without building an application.</exception>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default) where TEntryPoint : class =>
        CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the entry point of the AppHost that <typeparamref name="TEntryPoint"/> belongs to with a command line, up to where it builds the application.</summary>
    /// <exception cref="InvalidOperationException">The assembly has no entry point, or that ends without building an application.</exception>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default) where TEntryPoint : class
    {
        ArgumentNullException.ThrowIfNull(args);
        return new Builder(await new EntryPointCapture(typeof(TEntryPoint).Assembly).RunAsync(args, cancellationToken));
    }

    private sealed class Builder(DistributedApplicationBuilder builder) : IDistributedApplicationTestingBuilder
    {
        private DistributedApplication? _application;

        public ConfigurationManager Configuration => builder.Configuration;

        public IHostEnvironment Environment => builder.Environment;

        public IServiceCollection Services => builder.Services;

        public IResourceCollection Resources => builder.Resources;

        public string AppHostDirectory => builder.AppHostDirectory;

        public Assembly? AppHostAssembly => builder.AppHostAssembly;

        public DistributedApplicationExecutionContext ExecutionContext => builder.ExecutionContext;

        public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource => builder.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => builder.CreateResourceBuilder(resource);

        public DistributedApplication Build() => _application = builder.BuildApplication();

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken) => Task.FromResult(Build());

        public async ValueTask DisposeAsync()
        {
            if (_application is { } application)
            {
                await application.DisposeAsync();
            }
            else
            {
                Configuration.Dispose();
            }
        }
    }
}
