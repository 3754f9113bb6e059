using Marketplace.AmazonSimulator.Catalog;
using Marketplace.AmazonSimulator.Identity;
using Marketplace.Simulation;

namespace Marketplace.AmazonSimulator;

/// <summary>Puts the simulator together.</summary>
internal static class SimulatorExtensions
{
    public static void AddSimulator(this IHostApplicationBuilder builder)
    {
        builder.AddSimulation("Amazon", TokenEndpoints.TokenLifetime, (fault, status, request) => CatalogErrors.Fault(
            status, fault.Reason, fault.RetryAfterSeconds, fault.EchoesCredentials ? request.Headers.Authorization.ToString() : ""));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SimulatorJson.Default));
        builder.Services.Configure<Account>(builder.Configuration.GetSection("Amazon"));
        builder.Services.AddSingleton<Allowance>();
        builder.Services.AddSingleton<AnswerForms>();
    }

    public static void MapSimulator(this WebApplication app)
    {
        var admin = app.MapSimulation();
        admin.MapPut("/allowance", (AllowanceSettings settings, Allowance allowance) => allowance.Set(settings));
        admin.MapDelete("/allowance", (Allowance allowance) => allowance.Set(null));
        admin.MapPut("/forms", (FormSettings settings, AnswerForms forms) => { forms.Settings = settings; });
        app.MapImages();
        app.MapTokens();
        app.MapCatalog();
    }
}
