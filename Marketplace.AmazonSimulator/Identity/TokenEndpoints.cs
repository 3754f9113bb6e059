using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Simulation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Marketplace.AmazonSimulator.Identity;

/// <summary>
/// The token endpoints of both kinds of credentials. Clients in use differ in how they send the secret, so both take JSON, a form
/// and HTTP Basic; each grants its own kind of token for its own scope.
/// </summary>
internal static class TokenEndpoints
{
    public const string CognitoPrefix = "eyJ.";
    public const string LoginPrefix = "Atc|";

    public static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    public static void MapTokens(this WebApplication app)
    {
        app.MapPost("/oauth2/token", (HttpRequest request, AccessTokens tokens, IOptions<Credentials> credentials) =>
            GrantAsync(request, "creatorsapi/default", CognitoPrefix, StatusCodes.Status400BadRequest, tokens, credentials.Value)).WithCallLog("token").DisableAntiforgery();
        app.MapPost("/auth/o2/token", (HttpRequest request, AccessTokens tokens, IOptions<Credentials> credentials) =>
            GrantAsync(request, "creatorsapi::default", LoginPrefix, StatusCodes.Status401Unauthorized, tokens, credentials.Value)).WithCallLog("token").DisableAntiforgery();
    }

    private static async Task<IResult> GrantAsync(HttpRequest request, string scope, string prefix, int refusal, AccessTokens tokens, Credentials credentials)
    {
        var grant = await ReadAsync(request);
        var (id, secret) = Basic(request) ?? (grant("client_id"), grant("client_secret"));
        if (!credentials.Accept(id, secret))
        {
            return Refuse(refusal, "invalid_client", "Client authentication failed");
        }

        if (grant("grant_type") != "client_credentials")
        {
            return Refuse(StatusCodes.Status400BadRequest, "unsupported_grant_type", "The grant type is not supported");
        }

        return grant("scope") != scope
            ? Refuse(StatusCodes.Status400BadRequest, "invalid_scope", "The scope is unknown")
            : Answer(StatusCodes.Status200OK, new JsonObject { ["access_token"] = tokens.Issue(prefix), ["token_type"] = "bearer", ["expires_in"] = (int)tokens.Lifetime.TotalSeconds });
    }

    private static async Task<Func<string, string>> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            return name => form[name].ToString();
        }

        var json = request.HasJsonContentType() ? await request.ReadFromJsonAsync(SimulatorJson.Default.JsonObject, request.HttpContext.RequestAborted) : null;
        return name => (string?)json?[name] ?? "";
    }

    private static (string Id, string Secret)? Basic(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var id, var secret] ? (id, secret) : null;
    }

    private static JsonHttpResult<JsonObject> Refuse(int status, string error, string description) => Answer(status, new JsonObject { ["error"] = error, ["error_description"] = description });

    private static JsonHttpResult<JsonObject> Answer(int status, JsonObject body) => TypedResults.Json(body, SimulatorJson.Default.JsonObject, statusCode: status);
}
