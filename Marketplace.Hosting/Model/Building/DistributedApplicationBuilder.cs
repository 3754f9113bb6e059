using System.Reflection;
using Marketplace.Dashboard;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Running;
using Marketplace.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly EntryPointCapture? _capture;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _capture = EntryPointCapture.Current;
        AppHostAssembly = _capture?.Assembly ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        AppHostDirectory = options.ProjectDirectory ?? MetadataOf(AppHostAssembly, "apphostprojectpath") ?? Directory.GetCurrentDirectory();
        var args = CommandLine.Normalize(options.Args ?? []);
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            Configuration = ReadOnce(),
            ApplicationName = AppHostAssembly?.GetName().Name,
            ContentRootPath = AppHostDirectory,
            EnvironmentName = EnvironmentNameFor(args),
        });
        ExecutionContext = CommandLine.ExecutionContextOf(Configuration);
        Options = new EngineOptions
        {
            AppHostDirectory = AppHostDirectory,
            IsIsolated = _capture is not null || Configuration.GetValue<bool>("isolated"),
            IsTest = _capture is not null,
            DisableDashboard = options.DisableDashboard,
            OutputPath = Configuration["output-path"],
        };
        ProjectName = MetadataOf(AppHostAssembly, "apphostprojectname") ?? Environment.ApplicationName;
        AddServices();
        if (_capture is not null)
        {
            ForgetUserSecrets();
            Services.AddSingleton<IHostLifetime, NoLifetime>();
            _capture.OnCreated(this);
        }
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public EngineOptions Options { get; }

    public CurrentRunState RunState { get; } = new();

    /// <summary>The file name of the AppHost's project.</summary>
    public string ProjectName { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        _capture?.OnBuilding(this);
        return BuildApplication();
    }

    /// <summary>Builds, also where a test has taken the builder from its entry point.</summary>
    public DistributedApplication BuildApplication() => new(_host.Build());

    private void AddServices()
    {
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Options);
        Services.AddSingleton(RunState);
        Services.AddSingleton<ModelValidator>();
        Services.AddSingleton<EnvironmentResolver>();
        Services.AddRunMode();
        Services.AddPublishMode();
        Services.TryAddSingleton(TimeProvider.System);
        Services.AddHttpClient();
        Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
    }

    /// <summary>An AppHost reads its settings once, so their files are not watched.</summary>
    private static ConfigurationManager ReadOnce()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("hostBuilder:reloadConfigOnChange", "false")]);
        return configuration;
    }

    /// <summary>A test must not reach what a developer has keys for.</summary>
    private void ForgetUserSecrets()
    {
        foreach (var source in Configuration.Sources.OfType<JsonConfigurationSource>().Where(source => source.Path == "secrets.json").ToArray())
        {
            Configuration.Sources.Remove(source);
        }
    }

    /// <summary>What runs here is under development, what is published goes into production, unless the environment says otherwise.</summary>
    private static string EnvironmentNameFor(string[] args) =>
        System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? System.Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? (CommandLine.ExecutionContextOf(new ConfigurationBuilder().AddCommandLine(args).Build()).IsRunMode ? Environments.Development : Environments.Production);

    private static string? MetadataOf(Assembly? assembly, string key) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(metadata => metadata.Key == key)?.Value;
}
