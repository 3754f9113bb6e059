using Marketplace.Gateway.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Gateway.Security;

/// <summary>Finds out who sends requests. Only a token is looked at, and only where there is one: reading needs none.</summary>
internal sealed partial class Callers(ILogger<Callers> logger)
{
    /// <summary>The sender of an HTTP request.</summary>
    /// <exception cref="AuthenticationException">The token is not accepted, or cannot be checked now.</exception>
    public ValueTask<Caller> FindAsync(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0 ? new(Caller.Anonymous) : new(AuthenticateAsync(context));

    /// <summary>The sender of a request whose token did not come in its header.</summary>
    /// <param name="context">The request; it gets the header.</param>
    /// <param name="authorization">What the header would hold.</param>
    /// <exception cref="AuthenticationException">The token is not accepted, or cannot be checked now.</exception>
    public Task<Caller> FindAsync(HttpContext context, StringValues authorization)
    {
        context.Request.Headers.Authorization = authorization;
        return AuthenticateAsync(context);
    }

    private async Task<Caller> AuthenticateAsync(HttpContext context)
    {
        AuthenticateResult result;
        try
        {
            result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The authority's keys cannot be had.
            Log.CannotCheck(logger, exception.GetType().Name);
            throw new AuthenticationException(StatusCodes.Status503ServiceUnavailable, ErrorCodes.UpstreamUnavailable, "Tokens cannot be checked now.");
        }

        if (result.Succeeded)
        {
            return new Caller(result.Principal, result.Properties.ExpiresUtc);
        }

        Log.Refused(logger, result.Failure?.GetType().Name ?? "no bearer token");
        throw new AuthenticationException(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthenticated, "The token is not accepted: it must be a bearer token of the issuer and for the audience that this gateway is set up with, and not be expired.");
    }

    private static partial class Log
    {
        // The causes' messages may quote the token.
        [LoggerMessage(LogLevel.Information, "A token was refused ({Cause})")]
        public static partial void Refused(ILogger logger, string cause);

        [LoggerMessage(LogLevel.Warning, "Tokens cannot be checked ({Cause}): the authority's keys cannot be had")]
        public static partial void CannotCheck(ILogger logger, string cause);
    }
}

/// <summary>A request whose sender's token is not accepted.</summary>
internal sealed class AuthenticationException(int status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    public GatewayError Error => new(code, Message);
}
