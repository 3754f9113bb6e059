using Marketplace.Ebay.Analytics;
using Marketplace.Ebay.Browse;
using Marketplace.Ebay.OAuth;
using Marketplace.Products;
using Marketplace.Products.Budget;
using Microsoft.Extensions.Options;

namespace Marketplace.Ebay;

/// <summary>Registers eBay's client.</summary>
internal static class EbayExtensions
{
    public static void AddEbayClient(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<EbayOptions>().BindConfiguration("Ebay").ValidateDataAnnotations()
            .Validate(options => options.ApiUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Ebay:ApiUrl must be an absolute http or https address.")
            .ValidateOnStart();
        services.Configure<ProductOptions>(options => options.CallsDay = PacificTime.Zone);
        services.AddSingleton<AccessTokens>();
        services.AddTransient<AccessTokenHandler>();
        services.AddSingleton<Warnings>();
        services.AddSingleton<BrowseClient>();
        services.AddSingleton<RateLimitsClient>();
        services.AddSingleton<CallPause>();

        services.AddSourceClient(AccessTokens.ClientName, SetAddress);
        services.AddSourceClient(RateLimitsClient.ClientName, SetAddress).AddHttpMessageHandler<AccessTokenHandler>();
        var browse = services.AddSourceClient(BrowseClient.ClientName, (provider, client) =>
        {
            SetAddress(provider, client);
            client.DefaultRequestHeaders.Add("X-EBAY-C-MARKETPLACE-ID", provider.GetRequiredService<IOptions<EbayOptions>>().Value.MarketplaceId);
        });
        browse.AddHttpMessageHandler<AccessTokenHandler>();
        browse.AddHttpMessageHandler<CallBudgetHandler>();
    }

    private static void SetAddress(IServiceProvider provider, HttpClient client) =>
        client.BaseAddress = provider.GetRequiredService<IOptions<EbayOptions>>().Value.ApiUrl;
}
