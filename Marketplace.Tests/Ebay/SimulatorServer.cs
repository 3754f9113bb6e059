using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.EbaySimulator;
using Marketplace.Tests.Sources;
using Microsoft.AspNetCore.Builder;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's simulator, on a free port.</summary>
internal sealed class SimulatorServer : Simulator
{
    public const string ClientId = "app-id";
    public const string ClientSecret = "cert-id-that-nobody-may-see";

    private SimulatorServer(WebApplication app)
        : base(app)
    {
    }

    public static async Task<SimulatorServer> StartAsync() =>
        new(await RunAsync(builder => builder.AddSimulator(), app => app.MapSimulator(), [("Ebay:ClientId", ClientId), ("Ebay:ClientSecret", ClientSecret)]));

    public async Task<HttpResponseMessage> AskForTokenAsync(string clientId = ClientId, string clientSecret = ClientSecret, string grantType = "client_credentials", string scope = "https://api.ebay.com/oauth/api_scope")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/identity/v1/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", grantType), new("scope", scope)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));
        return await Http.SendAsync(request, Cancel);
    }

    /// <summary>A client with a token.</summary>
    public async Task<HttpClient> SignInAsync()
    {
        using var response = await AskForTokenAsync();
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString();
        return new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    /// <summary>Sets how many calls are allowed, and when the quota is renewed, as getRateLimits says; 204 without.</summary>
    public Task SetQuotaAsync(long limit, DateTimeOffset? reset) => TellAsync(HttpMethod.Put, "quota", new { limit, reset });

    /// <summary>How often an id was asked for.</summary>
    public Task<long> CallsOfAsync(string id) => Http.GetFromJsonAsync<long>($"/admin/calls/{Uri.EscapeDataString(id)}", Cancel);
}
