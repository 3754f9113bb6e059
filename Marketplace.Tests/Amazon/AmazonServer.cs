using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.AmazonSimulator;
using Marketplace.Tests.Sources;
using Microsoft.AspNetCore.Builder;

namespace Marketplace.Tests.Amazon;

/// <summary>Amazon's simulator, on a free port.</summary>
internal sealed class AmazonServer : Simulator
{
    public const string CredentialId = "amzn1.application-oa2-client.tests";
    public const string CredentialSecret = "amzn1.oa2-cs.v1.that-nobody-may-see";
    public const string PartnerTag = "tests-20";

    private AmazonServer(WebApplication app)
        : base(app)
    {
    }

    public static async Task<AmazonServer> StartAsync() => new(await RunAsync(
        builder => builder.AddSimulator(), app => app.MapSimulator(), [("Amazon:ClientId", CredentialId), ("Amazon:ClientSecret", CredentialSecret), ("Amazon:PartnerTag", PartnerTag)]));

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

    public Task AllowAsync(object allowance) => TellAsync(HttpMethod.Put, "allowance", allowance);

    public Task SpeakAsync(object forms) => TellAsync(HttpMethod.Put, "forms", forms);

    public Task GrantForAsync(int seconds) => TellAsync(HttpMethod.Put, "tokens", new { expiresIn = seconds });
}
