using Marketplace.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>What shoppers see: the app of <c>storefront</c>, with the gateway behind the same origin.</summary>
internal static class Storefront
{
    private const string Name = "storefront";
    private const string Folder = "../storefront";
    private const string HowToBuild = "Not built: in storefront, npm ci and npm run build";
    private const string ServedAsBuilt = "npm ci failed (see its log): the app is served as last built";
    private const string CannotInstall = "npm ci failed (see its log), and nothing was built before";
    private const int Port = 3000;

    /// <summary>
    /// Adds the app: deployed, by its host, which alone is reached from outside, before a gateway that executes nothing but registered
    /// operations. Run here, by Vite with hot reload; without Node, or with <c>--vite false</c>, as it was last built.
    /// </summary>
    public static void AddStorefront(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<RedisResource> redis)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            builder.AddHost(gateway).WithAutoscaling().WithSignIn(gateway, redis);
            gateway.WithEnvironment("Gateway__TrustedDocuments__Folder", "operations").WithEnvironment("Gateway__TrustedDocuments__Only", "true");
            return;
        }

        gateway.WithExternalHttpEndpoints().AcceptDevelopmentTokens();
        if (builder.Configuration.GetValue("vite", true) && Node.Find() is { } programs)
        {
            builder.AddVite(programs.Node, programs.Npm, gateway);
        }
        else
        {
            builder.ServeBuiltApp(gateway);
        }
    }

    /// <summary>
    /// Starts what <c>npm run dev</c> does, but Vite without npm and a shell around it, which pass no signal on and would be ended by force.
    /// The packages are installed first where they are missing or older than their lock file says.
    /// </summary>
    private static void AddVite(this IDistributedApplicationBuilder builder, string node, string npm, IResourceBuilder<ProjectResource> gateway)
    {
        var vite = builder.AddExecutable(Name, node, Folder, "node_modules/vite/bin/vite.js")
            .WithHttpEndpoint(port: Port, env: "PORT", isProxied: false)
            .WithExternalHttpEndpoints()
            .WithHttpHealthCheck("/")
            .WithUrlForEndpoint("http", url => url.DisplayText = "Shop")
            .WithIconName("BuildingShop")
            .WithReference(gateway.GetEndpoint("http"))
            .WithDevelopmentSignIn()
            .ExcludeFromManifest();
        var types = builder.AddExecutable($"{Name}-types", npm, Folder, "run", "generate")
            .WithIconName("Code")
            .WithParentRelationship(vite)
            .ExcludeFromManifest();
        vite.WaitForCompletion(types);
        var folder = Path.GetFullPath(Folder, builder.AppHostDirectory);
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json")); // npm writes it last
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            var packages = builder.AddExecutable($"{Name}-packages", npm, Folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http")
                .WithIconName("BoxArrowLeft")
                .WithParentRelationship(vite)
                .ExcludeFromManifest();
            types.WaitForCompletion(packages);
            builder.FallBackToBuiltApp(packages, vite, gateway);
        }
    }

    /// <summary>Serves what the last <c>npm run build</c> wrote; where there is none it is not started, and its state says what to do.</summary>
    private static void ServeBuiltApp(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway)
    {
        var storefront = builder.AddHost(gateway);
        if (storefront.WithBuiltApp(gateway))
        {
            return;
        }

        storefront.WithExplicitStart();
        builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((created, _) => created.Services.GetRequiredService<ResourceNotificationService>()
            .PublishUpdateAsync(storefront.Resource, snapshot => snapshot with { State = new(HowToBuild, KnownResourceStateStyles.Warn) }));
    }

    /// <summary>Has the host serve what was built last.</summary>
    /// <returns>Whether there is something.</returns>
    private static bool WithBuiltApp(this IResourceBuilder<ProjectResource> storefront, IResourceBuilder<ProjectResource> gateway)
    {
        var builder = storefront.ApplicationBuilder;
        var folder = Path.GetFullPath(Folder, builder.AppHostDirectory);
        var app = Path.Combine(folder, "dist");
        var operations = Path.Combine(folder, "operations");
        storefront.WithEnvironment("Storefront__Folder", app).WithDevelopmentSignIn();
        foreach (var (index, simulator) in builder.Resources.OfType<ProjectResource>().Where(resource => resource.Name.EndsWith("-simulator", StringComparison.Ordinal)).Index())
        {
            storefront.WithEnvironment($"Storefront__ImageOrigins__{index}", simulator.GetEndpoint("http"));
        }

        var isBuilt = File.Exists(Path.Combine(app, "index.html")) && Directory.Exists(operations);
        if (isBuilt)
        {
            // The built app sends hashes alone.
            gateway.WithEnvironment("Gateway__TrustedDocuments__Folder", operations);
        }

        return isBuilt;
    }

    /// <summary>Where npm cannot install, starts the host in Vite's place with what was built last, and says so in Vite's state.</summary>
    private static void FallBackToBuiltApp(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ExecutableResource> packages, IResourceBuilder<ExecutableResource> vite, IResourceBuilder<ProjectResource> gateway)
    {
        // A proxy would take Vite's port from the start.
        var host = builder.AddHost(gateway, $"{Name}-built", isProxied: false).WithExplicitStart().WithParentRelationship(vite);
        var isBuilt = host.WithBuiltApp(gateway);
        builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((created, cancellationToken) =>
        {
            _ = FallBackAsync(created.Services);
            return Task.CompletedTask;
        });

        async Task FallBackAsync(IServiceProvider services)
        {
            var notifications = services.GetRequiredService<ResourceNotificationService>();
            var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            try
            {
                // It fails when what it waits for has.
                await notifications.WaitForResourceAsync(vite.Resource.Name, KnownResourceStates.FailedToStart, stopping);
                if (notifications.TryGetCurrentState(packages.Resource.Name, out var installed) && installed.Snapshot.ExitCode is null or 0)
                {
                    return;
                }

                if (isBuilt)
                {
                    await services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(host.Resource, KnownResourceCommands.StartCommand, stopping);
                }

                await notifications.PublishUpdateAsync(vite.Resource, snapshot => snapshot with { State = new(isBuilt ? ServedAsBuilt : CannotInstall, KnownResourceStateStyles.Warn) });
            }
            catch (OperationCanceledException)
            {
                // The end of the run.
            }
        }
    }

    private static IResourceBuilder<ProjectResource> AddHost(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, string name = Name, bool isProxied = true) =>
        builder.AddProject<Projects.Marketplace_Storefront>(name, launchProfileName: null)
            .WithHttpEndpoint(port: Port, isProxied: isProxied)
            .WithExternalHttpEndpoints()
            .WithHttpProbe(ProbeType.Readiness, "/health")
            .WithPages(("Shop", "/"))
            .WithIconName("BuildingShop")
            .WithReference(gateway.GetEndpoint("http")).WaitFor(gateway);
}
