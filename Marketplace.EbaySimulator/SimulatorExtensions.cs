using Marketplace.EbaySimulator.Analytics;
using Marketplace.EbaySimulator.Browse;
using Marketplace.EbaySimulator.Catalog;
using Marketplace.EbaySimulator.Identity;
using Marketplace.EbaySimulator.Images;
using Marketplace.Simulation;

namespace Marketplace.EbaySimulator;

/// <summary>Puts the simulator together.</summary>
internal static class SimulatorExtensions
{
    public static void AddSimulator(this IHostApplicationBuilder builder)
    {
        builder.AddSimulation("Ebay", IdentityEndpoints.TokenLifetime, (fault, status, request) => EbayErrors.Fault(
            status, fault.ErrorIds, fault.EchoesCredentials ? request.Headers.Authorization.ToString() : "", fault.ItemGroupHref));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SimulatorJson.Default));
        builder.Services.AddSingleton<Quota>();
        builder.Services.AddSingleton<Prices>();
    }

    public static void MapSimulator(this WebApplication app)
    {
        var admin = app.MapSimulation();
        admin.MapQuota();
        admin.MapPrices();
        app.MapImages();
        app.MapIdentity();
        app.MapBrowse();
        app.MapAnalytics();
    }
}
