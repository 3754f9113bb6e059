using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, object> _published = new();
    private readonly List<IDisposable> _keys = [];
    private int _discoveries;

    private Authority(WebApplication app)
    {
        _app = app;
        Key = new RsaSecurityKey(Rsa) { KeyId = "one" };
        Publish(Key);
    }

    public RSA Rsa { get; } = RSA.Create(2048);

    public string Address => _app.Urls.Single();

    /// <summary>The key it begins with.</summary>
    public SecurityKey Key { get; }

    /// <summary>How often its discovery document was read.</summary>
    public int Discoveries => Volatile.Read(ref _discoveries);

    /// <summary>Whether it answers.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>What has the gateway accept its tokens.</summary>
    public (string Key, string Value)[] Settings => SettingsFor(Address);

    /// <summary>What has the gateway accept the tokens of the authority at an address.</summary>
    public static (string Key, string Value)[] SettingsFor(string address) =>
    [
        ("Authentication:Schemes:Bearer:Authority", address),
        ("Authentication:Schemes:Bearer:RequireHttpsMetadata", "false"),
        ("Authentication:Schemes:Bearer:ValidAudiences:0", Tokens.Audience),
    ];

    /// <summary>The public part of a key as an authority publishes it (RFC 7517).</summary>
    public static object PublicPart(SecurityKey key)
    {
        if (key is ECDsaSecurityKey elliptic)
        {
            var point = elliptic.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return new { kty = "EC", use = "sig", kid = key.KeyId, crv = $"P-{elliptic.ECDsa.KeySize}", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }

        var rsa = ((RsaSecurityKey)key).Rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", kid = key.KeyId, n = Base64UrlEncoder.Encode(rsa.Modulus), e = Base64UrlEncoder.Encode(rsa.Exponent) };
    }

    public static async Task<Authority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var authority = new Authority(builder.Build());
        authority._app.MapGet("/.well-known/openid-configuration", authority.Discover);
        authority._app.MapGet("/elsewhere/metadata", authority.Discover);
        authority._app.MapGet("/keys", () => Results.Text(JsonSerializer.Serialize(new { keys = authority._published.Values }), "application/json"));
        await authority._app.StartAsync();
        return authority;
    }

    /// <summary>Makes a key that is not published yet.</summary>
    /// <param name="algorithm">What it signs with.</param>
    /// <param name="id">The <c>kid</c>.</param>
    public SecurityKey CreateKey(string algorithm, string id)
    {
        if (algorithm.StartsWith('E'))
        {
            var curve = algorithm switch { "ES256" => ECCurve.NamedCurves.nistP256, "ES384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 };
            var elliptic = ECDsa.Create(curve);
            _keys.Add(elliptic);
            return new ECDsaSecurityKey(elliptic) { KeyId = id };
        }

        var rsa = RSA.Create(2048);
        _keys.Add(rsa);
        return new RsaSecurityKey(rsa) { KeyId = id };
    }

    /// <summary>Adds the public part of a key to those that its keys' address names.</summary>
    public void Publish(SecurityKey key) => _published[key.KeyId] = PublicPart(key);

    public async ValueTask DisposeAsync()
    {
        Rsa.Dispose();
        _keys.ForEach(key => key.Dispose());
        await _app.DisposeAsync();
    }

    private IResult Discover()
    {
        Interlocked.Increment(ref _discoveries);
        return Answers ? Results.Text(JsonSerializer.Serialize(new { issuer = Address, jwks_uri = $"{Address}/keys" }), "application/json") : Results.StatusCode(StatusCodes.Status500InternalServerError);
    }
}
