using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Storefront.SignIn;

/// <summary>What the app asks about the person before it: who is signed in, to sign in, to sign out.</summary>
internal static partial class SignInEndpoints
{
    /// <summary>The view that says that signing in failed.</summary>
    public const string FailedView = "/?sign-in=failed";

    private static readonly TimeSpan DevelopmentSession = TimeSpan.FromHours(8);

    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/session", (Delegate)ReadAsync);
        routes.MapGet(SignInExtensions.SignInPath, SignInAsync);
        routes.MapPost(SignInExtensions.SignOutPath, (Delegate)SignOutAsync);
    }

    private static async Task<JsonHttpResult<SessionInfo>> ReadAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var session = await context.AuthenticateAsync(SignInExtensions.Cookie);
        var name = session.Principal is null ? null : session.Principal.FindFirstValue("name") ?? session.Principal.FindFirstValue("preferred_username") ?? session.Principal.FindFirstValue("sub");
        return TypedResults.Json(new SessionInfo(name), SessionJson.Default.SessionInfo);
    }

    private static async Task SignInAsync(HttpContext context, string? to, IOptions<SignInOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        var view = IsView(to) ? to! : "/";
        if (options.Value.UsesDevelopmentKey)
        {
            await SignInWithDevelopmentKeyAsync(context, options.Value, time.GetUtcNow());
            context.Response.Redirect(view);
            return;
        }

        try
        {
            await context.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = view });
        }
        catch (InvalidOperationException exception) when (!context.Response.HasStarted)
        {
            Log.ProviderAway(loggers.CreateLogger(typeof(SignInEndpoints)), exception);
            context.Response.Redirect(FailedView);
        }
    }

    private static async Task<Results<JsonHttpResult<SignedOut>, StatusCodeHttpResult>> SignOutAsync(HttpContext context, IOptions<SignInOptions> options, ILoggerFactory loggers)
    {
        if (!SameOrigin.Sent(context.Request))
        {
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        }

        var session = await context.AuthenticateAsync(SignInExtensions.Cookie);
        if (options.Value.UsesProvider && session.Succeeded)
        {
            try
            {
                await context.SignOutAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = "/" });
            }
            catch (InvalidOperationException exception) when (!context.Response.HasStarted)
            {
                Log.SignedOutHereOnly(loggers.CreateLogger(typeof(SignInEndpoints)), exception);
            }
        }

        await context.SignOutAsync(SignInExtensions.Cookie);

        // A script that asks cannot follow a redirect to another origin, so it gets the address to go to.
        var provider = context.Response.Headers.Location.ToString();
        context.Response.Headers.Location = default;
        return provider.Length > 0
            ? TypedResults.Json(new SignedOut(provider), SessionJson.Default.SignedOut, statusCode: StatusCodes.Status200OK)
            : TypedResults.StatusCode(StatusCodes.Status204NoContent);
    }

    private static Task SignInWithDevelopmentKeyAsync(HttpContext context, SignInOptions options, DateTimeOffset now)
    {
        var expires = now + DevelopmentSession;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.DevelopmentIssuer,
            Audience = options.DevelopmentAudience,
            Claims = new Dictionary<string, object> { ["sub"] = "developer", ["scope"] = "products:write" },
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Convert.FromBase64String(options.DevelopmentKey!)), SecurityAlgorithms.HmacSha256),
        });
        var properties = new AuthenticationProperties();
        properties.StoreTokens(
        [
            new AuthenticationToken { Name = SessionToken.AccessToken, Value = token },
            new AuthenticationToken { Name = SessionToken.ExpiresAt, Value = expires.ToString("o", CultureInfo.InvariantCulture) },
        ]);
        return context.SignInAsync(SignInExtensions.Cookie, new ClaimsPrincipal(new ClaimsIdentity([new Claim("name", "developer")], "development")), properties);
    }

    // Another site's address would make the shop vouch for it.
    private static bool IsView(string? to) => to is ['/', ..] && !to.StartsWith("//", StringComparison.Ordinal) && !to.Contains('\\', StringComparison.Ordinal) && !to.AsSpan().ContainsAnyInRange('\0', '\x1f');

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Nobody can sign in: the provider's discovery document cannot be read")]
        public static partial void ProviderAway(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "Somebody signed out of the shop, but not at the provider: its discovery document cannot be read")]
        public static partial void SignedOutHereOnly(ILogger logger, Exception exception);
    }
}

/// <summary>Who is signed in.</summary>
/// <param name="Name">The person's name as the provider gives it; null when nobody is.</param>
internal sealed record SessionInfo(string? Name);

/// <summary>Where a session has to be ended, too.</summary>
/// <param name="To">The provider's address for it (OpenID Connect RP-Initiated Logout 1.0), which sends the browser back.</param>
internal sealed record SignedOut(string To);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SessionInfo))]
[JsonSerializable(typeof(SignedOut))]
internal sealed partial class SessionJson : JsonSerializerContext;
