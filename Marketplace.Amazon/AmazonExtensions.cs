using Marketplace.Amazon.Catalog;
using Marketplace.Amazon.OAuth;
using Marketplace.Products;
using Marketplace.Products.Budget;
using Microsoft.Extensions.Options;

namespace Marketplace.Amazon;

/// <summary>Registers Amazon's client.</summary>
internal static class AmazonExtensions
{
    public static void AddAmazonClient(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        AmazonOptions.Add(services);

        // What an account starts with; settings say otherwise once it has more. Offers may be shown for an hour and are refreshed before.
        services.Configure<ProductOptions>(options => (options.CallsPerSecond, options.CallsPerDay, options.FreshFor) = (1, 8_640, TimeSpan.FromMinutes(45)));
        services.AddGuardedCalls("Amazon");
        services.AddAccessTokens<CreatorsTokenHandler>("Amazon", provider => Credential.TokenRequest(provider.GetRequiredService<IOptions<AmazonOptions>>().Value));
        services.AddSingleton<CatalogClient>();
        services.AddSourceClient(CatalogClient.ClientName, (provider, client) =>
        {
            var options = provider.GetRequiredService<IOptions<AmazonOptions>>().Value;
            client.BaseAddress = options.ApiUrl;
            client.DefaultRequestHeaders.Add("x-marketplace", options.Marketplace);
        }).AddHttpMessageHandler<CreatorsTokenHandler>().AddHttpMessageHandler<CallBudgetHandler>();
    }
}
