using System.Security.Claims;
using Marketplace.Gateway.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Gateway.Security;

/// <summary>Finds out who sends requests. Only a token is looked at, and only where there is one: reading needs none.</summary>
internal sealed partial class Callers
{
    private const string Scheme = JwtBearerDefaults.AuthenticationScheme + " ";

    private readonly JwtBearerOptions _options;
    private readonly TokenValidationParameters _rules;
    private readonly ILogger _logger;

    public Callers(IOptions<JwtBearerOptions> options, ILogger<Callers> logger)
    {
        _options = options.Value;
        _rules = _options.TokenValidationParameters.Clone();
        _rules.ConfigurationManager = _options.ConfigurationManager as BaseConfigurationManager;
        _logger = logger;
    }

    /// <summary>The sender of an HTTP request.</summary>
    /// <exception cref="AuthenticationException">The token is not accepted, or cannot be checked now.</exception>
    public ValueTask<Caller> FindAsync(HttpContext context) =>
        context.Request.Headers.Authorization is { Count: > 0 } authorization ? new(FindAsync(authorization.ToString(), context.RequestAborted)) : new(Caller.Anonymous);

    /// <summary>The sender of what came with a token.</summary>
    /// <param name="authorization">As in the header of that name (RFC 6750 2.1).</param>
    /// <param name="cancellationToken">Ends the wait for the authority's keys.</param>
    /// <exception cref="AuthenticationException">The token is not accepted, or cannot be checked now.</exception>
    public async Task<Caller> FindAsync(string authorization, CancellationToken cancellationToken)
    {
        await RequireKeysAsync(cancellationToken);
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("no bearer token");
        }

        var result = await _options.TokenHandlers[0].ValidateTokenAsync(authorization[Scheme.Length..].Trim(), _rules);
        return result.IsValid
            ? new Caller(new ClaimsPrincipal(result.ClaimsIdentity), result.SecurityToken.ValidTo)
            : throw Refused(result.Exception.GetType().Name);
    }

    // Read once and then now and again; that they cannot be had is not the caller's fault.
    private async ValueTask RequireKeysAsync(CancellationToken cancellationToken)
    {
        if (_options.ConfigurationManager is not { } authority)
        {
            return;
        }

        try
        {
            await authority.GetConfigurationAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.CannotCheck(_logger, exception.GetType().Name);
            throw new AuthenticationException(StatusCodes.Status503ServiceUnavailable, ErrorCodes.UpstreamUnavailable, "Tokens cannot be checked now.");
        }
    }

    private AuthenticationException Refused(string cause)
    {
        Log.Refused(_logger, cause);
        return new(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthenticated, "The token is not accepted: it must be a bearer token of the issuer and for the audience that this gateway is set up with, and not be expired.");
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
