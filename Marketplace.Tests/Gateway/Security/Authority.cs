using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>An OpenID Connect authority, as far as a receiver of its tokens asks it: discovery and keys.</summary>
internal sealed class Authority : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Authority(WebApplication app) => _app = app;

    public RSA Rsa { get; } = RSA.Create(2048);

    public string Address => _app.Urls.Single();

    public SecurityKey Key => new RsaSecurityKey(Rsa) { KeyId = "one" };

    public static async Task<Authority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var authority = new Authority(builder.Build());
        authority._app.MapGet("/.well-known/openid-configuration", () => Results.Text(JsonSerializer.Serialize(new { issuer = authority.Address, jwks_uri = $"{authority.Address}/keys" }), "application/json"));
        var key = authority.Rsa.ExportParameters(includePrivateParameters: false);
        authority._app.MapGet("/keys", () => Results.Text(
            JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "one", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } } }), "application/json"));
        await authority._app.StartAsync();
        return authority;
    }

    public async ValueTask DisposeAsync()
    {
        Rsa.Dispose();
        await _app.DisposeAsync();
    }
}
