using System.Net.Http.Headers;
using System.Text;
using Marketplace.Ebay.Analytics;
using Marketplace.Ebay.Browse;
using Marketplace.Products;
using Marketplace.Products.Budget;
using Marketplace.Products.OAuth;
using Microsoft.Extensions.Options;

namespace Marketplace.Ebay;

/// <summary>Registers eBay's client.</summary>
internal static class EbayExtensions
{
    public static void AddEbayClient(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        EbayOptions.Add(services);
        services.AddGuardedCalls("eBay");
        services.AddAccessTokens<AccessTokenHandler>("eBay", provider => TokenRequest(provider.GetRequiredService<IOptions<EbayOptions>>().Value));
        services.AddSingleton<Warnings>();
        services.AddSingleton<BrowseClient>();
        services.AddSingleton<RateLimitsClient>();
        services.AddSingleton<QuotaPause>();

        services.AddSourceClient(RateLimitsClient.ClientName, SetAddress).AddHttpMessageHandler<AccessTokenHandler>();
        services.AddSourceClient(BrowseClient.ClientName, (provider, client) =>
        {
            SetAddress(provider, client);
            client.DefaultRequestHeaders.Add("X-EBAY-C-MARKETPLACE-ID", provider.GetRequiredService<IOptions<EbayOptions>>().Value.MarketplaceId);
        }).AddHttpMessageHandler<AccessTokenHandler>().AddHttpMessageHandler<CallBudgetHandler>();
    }

    private static void SetAddress(IServiceProvider provider, HttpClient client) =>
        client.BaseAddress = provider.GetRequiredService<IOptions<EbayOptions>>().Value.ApiUrl;

    // developer.ebay.com, "The client credentials grant flow".
    private static HttpRequestMessage TokenRequest(EbayOptions options) => new(HttpMethod.Post, new Uri(options.ApiUrl!, "/identity/v1/oauth2/token"))
    {
        Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "https://api.ebay.com/oauth/api_scope")]),
        Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.ClientId}:{options.ClientSecret}"))) },
    };
}
