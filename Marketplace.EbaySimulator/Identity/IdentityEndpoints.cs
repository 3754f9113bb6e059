using System.Net.Http.Headers;
using System.Text;
using Marketplace.Simulation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Marketplace.EbaySimulator.Identity;

/// <summary>
/// The client credentials grant of eBay's OAuth service
/// (developer.ebay.com, "The client credentials grant flow").
/// </summary>
internal static class IdentityEndpoints
{
    /// <summary>What eBay grants: two hours.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(7200);

    private const string PublicScope = "https://api.ebay.com/oauth/api_scope";

    public static void MapIdentity(this WebApplication app) =>
        app.MapPost("/identity/v1/oauth2/token", TokenAsync).WithCallLog("token").DisableAntiforgery();

    private static async Task<Results<JsonHttpResult<TokenResponse>, JsonHttpResult<OAuthError>>> TokenAsync(
        HttpRequest request, AccessTokens tokens, IOptions<Credentials> credentials)
    {
        if (!IsAuthenticated(request, credentials.Value))
        {
            return Refuse(StatusCodes.Status401Unauthorized, "invalid_client", "client authentication failed");
        }

        var form = request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : FormCollection.Empty;
        if (form["grant_type"] != "client_credentials")
        {
            return Refuse(StatusCodes.Status400BadRequest, "unsupported_grant_type", "grant type in request is not supported by the authorization server");
        }

        var scopes = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes is not [PublicScope])
        {
            return Refuse(StatusCodes.Status400BadRequest, "invalid_scope", "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client");
        }

        return TypedResults.Json(
            new TokenResponse(tokens.Issue("v^1.1#i^1#p^1#I^3#r^0#t^"), (int)tokens.Lifetime.TotalSeconds, "Application Access Token"),
            SimulatorJson.Default.TokenResponse);
    }

    private static bool IsAuthenticated(HttpRequest request, Credentials credentials)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var bytes = new byte[header.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && credentials.Accept(pair[..colon], pair[(colon + 1)..]);
    }

    private static JsonHttpResult<OAuthError> Refuse(int status, string error, string description) =>
        TypedResults.Json(new OAuthError(error, description), SimulatorJson.Default.OAuthError, statusCode: status);
}
