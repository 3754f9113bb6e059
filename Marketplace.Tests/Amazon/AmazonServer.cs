using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.AmazonSimulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon's simulator, on a free port.</summary>
internal sealed class AmazonServer : IAsyncDisposable
{
    public const string CredentialId = "amzn1.application-oa2-client.tests";
    public const string CredentialSecret = "amzn1.oa2-cs.v1.that-nobody-may-see";
    public const string PartnerTag = "tests-20";

    private readonly WebApplication _app;

    private AmazonServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<AmazonServer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Marketplace.AmazonSimulator" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Amazon:ClientId", CredentialId), new("Amazon:ClientSecret", CredentialSecret), new("Amazon:PartnerTag", PartnerTag)]);
        builder.Logging.ClearProviders();
        builder.AddSimulator();
        var app = builder.Build();
        app.MapSimulator();
        await app.StartAsync(Cancel);
        return new AmazonServer(app);
    }

    /// <summary>Asks a token endpoint.</summary>
    public async Task<HttpResponseMessage> AskForTokenAsync(string path, HttpContent content, AuthenticationHeaderValue? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { Authorization = authorization } };
        return await Http.SendAsync(request, Cancel);
    }

    /// <summary>A token of a 3.x credential.</summary>
    public async Task<string> SignInAsync()
    {
        using var response = await AskForTokenAsync("/auth/o2/token", JsonContent.Create(Grant("creatorsapi::default")));
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString()!;
    }

    public static Dictionary<string, string> Grant(string scope, string secret = CredentialSecret) =>
        new() { ["grant_type"] = "client_credentials", ["client_id"] = CredentialId, ["client_secret"] = secret, ["scope"] = scope };

    /// <summary>Calls the catalogue; the answer's status and body.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(string method, object body, string authorization, string? site = "www.amazon.com")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/catalog/v1/{method}") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (site is not null)
        {
            request.Headers.Add("x-marketplace", site);
        }

        using var response = await Http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    public Task FailAsync(object fault) => TellAsync(HttpMethod.Post, "faults", fault);

    public Task HealAsync() => TellAsync(HttpMethod.Delete, "faults");

    public Task AllowAsync(object allowance) => TellAsync(HttpMethod.Put, "allowance", allowance);

    public Task SpeakAsync(object forms) => TellAsync(HttpMethod.Put, "forms", forms);

    public Task GrantForAsync(int seconds) => TellAsync(HttpMethod.Put, "tokens", new { expiresIn = seconds });

    public Task RevokeTokensAsync() => TellAsync(HttpMethod.Delete, "tokens");

    /// <summary>How often an endpoint was called: token, getItems, searchItems.</summary>
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

    private async Task TellAsync(HttpMethod method, string what, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/admin/{what}") { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Http.SendAsync(request, Cancel);
        response.EnsureSuccessStatusCode();
    }
}
