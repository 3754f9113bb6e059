using Marketplace.EbaySimulator.Admin;
using Marketplace.EbaySimulator.Analytics;
using Marketplace.EbaySimulator.Browse;
using Marketplace.EbaySimulator.Identity;
using Marketplace.EbaySimulator.Images;

namespace Marketplace.EbaySimulator;

/// <summary>Puts the simulator together.</summary>
internal static class SimulatorExtensions
{
    public static void AddSimulator(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SimulatorJson.Default));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<Credentials>(builder.Configuration.GetSection("Ebay"));
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton<Quota>();
    }

    public static void MapSimulator(this WebApplication app)
    {
        app.MapAdmin();
        app.MapImages();
        app.MapIdentity();
        app.MapBrowse();
        app.MapAnalytics();
    }
}
