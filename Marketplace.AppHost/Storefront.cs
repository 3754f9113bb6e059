using Marketplace.Hosting;
using Microsoft.Extensions.DependencyInjection;

/// <summary>What shoppers see: the built app of <c>storefront</c>, with the gateway behind the same origin.</summary>
internal static class Storefront
{
    private const string BuiltApp = "../storefront/dist";
    private const string HowToBuild = "Not built: in storefront, npm ci and npm run build";

    /// <summary>Serves what the last <c>npm run build</c> wrote; where there is none it is not started, and its state says what to do. It is in no manifest.</summary>
    public static void AddStorefront(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        var folder = Path.GetFullPath(BuiltApp, builder.AppHostDirectory);
        var storefront = builder.AddProject<Projects.Marketplace_Storefront>("storefront", launchProfileName: null)
            .WithHttpEndpoint(port: 3000)
            .WithExternalHttpEndpoints()
            .WithHttpHealthCheck("/health")
            .WithPages(("Shop", "/"))
            .WithIconName("BuildingShop")
            .WithReference(gateway).WaitFor(gateway)
            .WithEnvironment("Storefront__Folder", folder);
        foreach (var (index, simulator) in builder.Resources.OfType<ProjectResource>().Where(resource => resource.Name.EndsWith("-simulator", StringComparison.Ordinal)).Index())
        {
            storefront.WithEnvironment($"Storefront__ImageOrigins__{index}", simulator.GetEndpoint("http"));
        }

        if (!File.Exists(Path.Combine(folder, "index.html")))
        {
            storefront.WithExplicitStart();
            builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((created, _) => created.Services.GetRequiredService<ResourceNotificationService>()
                .PublishUpdateAsync(storefront.Resource, snapshot => snapshot with { State = new(HowToBuild, KnownResourceStateStyles.Warn) }));
        }
    }
}
