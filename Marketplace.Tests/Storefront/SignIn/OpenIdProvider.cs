using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Tests.Gateway.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Marketplace.Tests.Storefront.SignIn;

/// <summary>
/// An OpenID Connect provider over HTTP: discovery, a page to agree on, tokens for a code with its PKCE verifier, new tokens for a refresh
/// token, keys, the end of a session. It refuses what a real one refuses: another client, another address to go back to, a code or refresh token used twice.
/// </summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private const string ClientId = "shop";
    private const string ClientSecret = "a secret of the shop";

    private readonly WebApplication _app;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RsaSecurityKey _key;
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _requests = new();
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _codes = new();
    private readonly ConcurrentDictionary<string, bool> _refreshTokens = new();
    private int _renewals;

    private OpenIdProvider(WebApplication app)
    {
        _app = app;
        _key = new RsaSecurityKey(_rsa) { KeyId = "one" };
    }

    public string Address => _app.Urls.Single();

    /// <summary>How long access tokens last.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What access tokens allow.</summary>
    public string Scope { get; set; } = "products:write";

    /// <summary>Whether it answers with an error whatever it is asked for tokens.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether sessions can be ended here, too (OpenID Connect RP-Initiated Logout 1.0).</summary>
    public bool EndsSessions { get; set; } = true;

    /// <summary>Whose sessions were ended here.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    /// <summary>How often a refresh token was taken.</summary>
    public int Renewals => Volatile.Read(ref _renewals);

    /// <summary>What has the storefront's host send people here.</summary>
    public (string Key, string Value)[] HostSettings =>
    [
        ("Storefront:SignIn:Authority", Address), ("Storefront:SignIn:RequireHttpsMetadata", "false"),
        ("Storefront:SignIn:ClientId", ClientId), ("Storefront:SignIn:ClientSecret", ClientSecret),
    ];

    /// <summary>What has the gateway accept its tokens.</summary>
    public (string Key, string Value)[] GatewaySettings => Authority.SettingsFor(Address);

    public static async Task<OpenIdProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = new OpenIdProvider(builder.Build());
        provider._app.MapGet("/.well-known/openid-configuration", provider.Discover);
        provider._app.MapGet("/keys", provider.Keys);
        provider._app.MapGet("/authorize", provider.Ask);
        provider._app.MapGet("/answer", provider.Answer);
        provider._app.MapPost("/token", provider.GrantAsync);
        provider._app.MapGet("/logout", provider.EndAsync);
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        _rsa.Dispose();
        await _app.DisposeAsync();
    }

    private IResult Discover() => Json(new
    {
        issuer = Address,
        authorization_endpoint = $"{Address}/authorize",
        token_endpoint = $"{Address}/token",
        jwks_uri = $"{Address}/keys",
        end_session_endpoint = EndsSessions ? $"{Address}/logout" : null,
        response_types_supported = (string[])["code"],
        subject_types_supported = (string[])["public"],
        id_token_signing_alg_values_supported = (string[])["RS256"],
        code_challenge_methods_supported = (string[])["S256"],
    });

    private IResult Keys() => Json(new { keys = (object[])[Authority.PublicPart(_key)] });

    private IResult Ask(HttpRequest request)
    {
        var asked = request.Query.ToDictionary(value => value.Key, value => value.Value.ToString());
        if (asked.GetValueOrDefault("client_id") != ClientId || asked.GetValueOrDefault("response_type") != "code" || asked.GetValueOrDefault("code_challenge_method") != "S256"
            || !asked.ContainsKey("code_challenge") || !asked.ContainsKey("state") || !asked.ContainsKey("nonce") || !asked["redirect_uri"].EndsWith("/sign-in/callback", StringComparison.Ordinal))
        {
            return Results.BadRequest();
        }

        var id = Id();
        _requests[id] = asked;
        return Results.Content($"""<!doctype html><title>Provider</title><h1>The shop wants to know who you are</h1><p><a href="/answer?request={id}&amp;agreed=true">Sign in as Ada</a></p><p><a href="/answer?request={id}&amp;agreed=false">Cancel</a></p>""", "text/html");
    }

    private IResult Answer(string request, bool agreed)
    {
        if (!_requests.TryRemove(request, out var asked))
        {
            return Results.BadRequest();
        }

        var code = Id();
        _codes[code] = asked;
        return Results.Redirect($"{asked["redirect_uri"]}?{(agreed ? $"code={code}" : "error=access_denied")}&state={Uri.EscapeDataString(asked["state"])}");
    }

    private async Task<IResult> EndAsync(string id_token_hint, string post_logout_redirect_uri, string client_id, string state)
    {
        var hint = await new JsonWebTokenHandler().ValidateTokenAsync(id_token_hint, new TokenValidationParameters { ValidIssuer = Address, ValidAudience = ClientId, IssuerSigningKey = _key, ValidateLifetime = false });
        if (!hint.IsValid || client_id != ClientId || !post_logout_redirect_uri.EndsWith("/sign-out/callback", StringComparison.Ordinal))
        {
            return Results.BadRequest();
        }

        Ended.Enqueue((string)hint.Claims["sub"]);
        return Results.Redirect($"{post_logout_redirect_uri}?state={Uri.EscapeDataString(state)}");
    }

    private async Task<IResult> GrantAsync(HttpRequest request)
    {
        if (IsDown)
        {
            return Results.StatusCode((int)HttpStatusCode.ServiceUnavailable);
        }

        var form = await request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return Json(new { error = "invalid_client" }, HttpStatusCode.Unauthorized);
        }

        if (form["grant_type"] == "refresh_token")
        {
            Interlocked.Increment(ref _renewals);
            return _refreshTokens.TryRemove(form["refresh_token"].ToString(), out _) ? Grant(nonce: null) : Json(new { error = "invalid_grant" }, HttpStatusCode.BadRequest);
        }

        return _codes.TryRemove(form["code"].ToString(), out var asked) && asked["redirect_uri"] == form["redirect_uri"]
            && Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) == asked["code_challenge"]
            ? Grant(asked["nonce"])
            : Json(new { error = "invalid_grant" }, HttpStatusCode.BadRequest);
    }

    private IResult Grant(string? nonce)
    {
        var refreshToken = Id();
        _refreshTokens[refreshToken] = true;
        return Json(new
        {
            access_token = Tokens.Create(scope: Scope, subject: "ada", issuer: Address, validFor: Lifetime, key: _key, algorithm: "RS256"),
            token_type = "Bearer",
            expires_in = (int)Lifetime.TotalSeconds,
            refresh_token = refreshToken,
            id_token = nonce is null ? null : IdToken(nonce),
        });
    }

    private string IdToken(string nonce) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Address,
        Audience = ClientId,
        Claims = new Dictionary<string, object> { ["sub"] = "ada", ["name"] = "Ada Lovelace", ["nonce"] = nonce },
        Expires = DateTime.UtcNow.AddMinutes(5),
        SigningCredentials = new SigningCredentials(_key, "RS256"),
    });

    private static string Id() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static IResult Json(object content, HttpStatusCode status = HttpStatusCode.OK) => Results.Text(JsonSerializer.Serialize(content), "application/json", statusCode: (int)status);
}
