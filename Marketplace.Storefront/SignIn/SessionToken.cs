using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace Marketplace.Storefront.SignIn;

/// <summary>Gives a request to the gateway the token of the person who is signed in. Subscriptions need none, and the gateway never sees the cookie.</summary>
internal sealed class SessionToken(RequestDelegate next, string graphql, TimeProvider time)
{
    public const string AccessToken = "access_token";
    public const string ExpiresAt = "expires_at";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path == graphql && context.Request.Headers.Cookie.Count > 0)
        {
            if (HttpMethods.IsPost(context.Request.Method)
                && await context.AuthenticateAsync(SignInExtensions.Cookie) is { Succeeded: true, Properties: { } session })
            {
                if (!SameOrigin.Sent(context.Request))
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return;
                }

                // The gateway refuses a request with an expired token altogether; without one it reads.
                if (session.GetTokenValue(AccessToken) is { } token && ExpiryOf(session) is { } expiry && expiry > time.GetUtcNow())
                {
                    context.Request.Headers.Authorization = $"Bearer {token}";
                }
            }

            context.Request.Headers.Remove("Cookie");
        }

        await next(context);
    }

    public static DateTimeOffset? ExpiryOf(AuthenticationProperties session) =>
        DateTimeOffset.TryParse(session.GetTokenValue(ExpiresAt), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiry) ? expiry : null;
}
