using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.EbaySimulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Ebay;

/// <summary>eBay's simulator, on a free port.</summary>
internal sealed class SimulatorServer : IAsyncDisposable
{
    public const string ClientId = "app-id";
    public const string ClientSecret = "cert-id-that-nobody-may-see";

    private readonly WebApplication _app;

    private SimulatorServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SimulatorServer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Marketplace.EbaySimulator" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Ebay:ClientId", ClientId), new("Ebay:ClientSecret", ClientSecret)]);
        builder.Logging.ClearProviders();
        builder.AddSimulator();
        var app = builder.Build();
        app.MapSimulator();
        await app.StartAsync(Cancel);
        return new SimulatorServer(app);
    }

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

    public async Task FailAsync(object fault)
    {
        using var response = await Http.PostAsJsonAsync("/admin/faults", fault, Cancel);
        response.EnsureSuccessStatusCode();
    }

    public async Task HealAsync() => await Http.DeleteAsync("/admin/faults", Cancel);

    /// <summary>Sets how many calls are allowed, and when the quota is renewed, as getRateLimits tells; 204 without.</summary>
    public async Task SetQuotaAsync(long limit, DateTimeOffset? reset)
    {
        using var response = await Http.PutAsJsonAsync("/admin/quota", new { limit, reset }, Cancel);
        response.EnsureSuccessStatusCode();
    }

    public async Task RevokeTokensAsync() => await Http.DeleteAsync("/admin/tokens", Cancel);

    /// <summary>How often an id was asked for.</summary>
    public Task<long> CallsOfAsync(string id) => Http.GetFromJsonAsync<long>($"/admin/calls/{Uri.EscapeDataString(id)}", Cancel);

    /// <summary>How often anything was called, also what the simulator does not have.</summary>
    public async Task<long> CallsAsync() => (await Http.GetFromJsonAsync<JsonElement>("/admin/calls", Cancel)).GetProperty("total").GetInt64();

    /// <summary>How often an endpoint was called: token, item, legacy, group, search, rate_limit.</summary>
    public async Task<long> CallsToAsync(string endpoint)
    {
        var calls = await Http.GetFromJsonAsync<JsonElement>("/admin/calls", Cancel);
        return calls.GetProperty("byEndpoint").TryGetProperty(endpoint, out var count) ? count.GetInt64() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
