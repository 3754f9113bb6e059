using System.Security.Claims;
using System.Text.Json;
using Marketplace.Gateway.Errors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Gateway.Security;

/// <summary>Finds out who sends requests. Only a token is looked at, and only where there is one: reading needs none.</summary>
internal sealed partial class BearerTokenValidator : IDisposable
{
    private const string Scheme = BearerAuthentication.Scheme + " ";

    /// <summary>How long an authority that did not answer is not asked again.</summary>
    private static readonly TimeSpan CooldownAfterFailure = TimeSpan.FromSeconds(5);

    private readonly JwtBearerOptions _options;
    private readonly TokenOptions _tokens;
    private readonly TokenValidationParameters _rules;
    private readonly ClientLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _readingKeys = new(1, 1);
    private volatile bool _hasKeys;
    private DateTimeOffset _awayUntil;

    public BearerTokenValidator(IOptionsMonitor<JwtBearerOptions> options, IOptions<TokenOptions> tokens, ClientLimits limits, TimeProvider time, ILogger<BearerTokenValidator> logger)
    {
        _options = options.Get(BearerAuthentication.Scheme);
        _tokens = tokens.Value;
        _rules = _options.TokenValidationParameters.Clone();
        _rules.ConfigurationManager = _options.ConfigurationManager as BaseConfigurationManager;
        _hasKeys = _options.ConfigurationManager is null;
        _limits = limits;
        _time = time;
        _logger = logger;
    }

    /// <summary>The sender of an HTTP request.</summary>
    /// <exception cref="AuthenticationException">The token is not accepted, or cannot be checked now.</exception>
    public ValueTask<Caller> AuthenticateAsync(HttpContext context) =>
        context.Request.Headers.Authorization is { Count: > 0 } authorization ? new(AuthenticateAsync(authorization.ToString(), context)) : new(new Caller(null, null, context.Connection.RemoteIpAddress));

    /// <summary>The sender of what came with a token.</summary>
    /// <param name="authorization">As in the header of that name (RFC 6750 2.1).</param>
    /// <param name="context">The request whose address the token came from; its end ends the wait for the authority's keys.</param>
    /// <exception cref="AuthenticationException">The token is not accepted, or cannot be checked now.</exception>
    public async Task<Caller> AuthenticateAsync(string authorization, HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (await _limits.WaitAfterRejectedTokensAsync(address, context.RequestAborted) is { } wait)
        {
            throw new AuthenticationException(StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, "Too many tokens that are not accepted.") { Wait = wait };
        }

        await RequireKeysAsync(context.RequestAborted);
        var token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : "";
        var result = await _options.TokenHandlers[0].ValidateTokenAsync(token, _rules);
        if (result.IsValid)
        {
            return new Caller(Principal((JsonWebToken)result.SecurityToken), result.SecurityToken.ValidTo, address);
        }

        Log.Rejected(_logger, result.Exception.GetType().Name);
        await _limits.CountRejectedTokenAsync(address);
        throw new AuthenticationException(
            StatusCodes.Status401Unauthorized,
            ErrorCodes.Unauthenticated,
            "The token is not accepted: it must be a bearer token of the issuer and for the audience that this gateway is set up with, and not be expired.");
    }

    public void Dispose() => _readingKeys.Dispose();

    // Of the claims only what the gateway asks for, under the same names whatever the provider calls them.
    private ClaimsPrincipal Principal(JsonWebToken token)
    {
        var identity = new ClaimsIdentity(BearerAuthentication.Scheme);
        if (!string.IsNullOrEmpty(token.Subject))
        {
            identity.AddClaim(new Claim(Caller.SubjectClaim, token.Subject, ClaimValueTypes.String, token.Issuer));
        }

        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        if (_tokens.ScopeClaims.SelectMany(claim => TokenPayload.Read(payload.RootElement, claim)).Any(_tokens.WriteScopes.Contains))
        {
            identity.AddClaim(new Claim(Caller.ScopeClaim, RequiredScope.ProductsWrite, ClaimValueTypes.String, token.Issuer));
        }

        return new ClaimsPrincipal(identity);
    }

    // Afterwards the library keeps them up to date. That they cannot be had is not the caller's fault.
    private async ValueTask RequireKeysAsync(CancellationToken cancellationToken)
    {
        if (_hasKeys)
        {
            return;
        }

        await _readingKeys.WaitAsync(cancellationToken);
        try
        {
            if (!_hasKeys && _time.GetUtcNow() >= _awayUntil)
            {
                await _options.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
                _hasKeys = true;
            }
        }
        catch (Exception exception)
        {
            Log.CannotCheck(_logger, exception);
            _awayUntil = _time.GetUtcNow() + CooldownAfterFailure;
        }
        finally
        {
            _readingKeys.Release();
        }

        if (!_hasKeys)
        {
            throw new AuthenticationException(StatusCodes.Status503ServiceUnavailable, ErrorCodes.UpstreamUnavailable, "Tokens cannot be checked now.");
        }
    }

    private static partial class Log
    {
        // The causes' messages may quote the token.
        [LoggerMessage(LogLevel.Information, "A token was rejected ({Cause})")]
        public static partial void Rejected(ILogger logger, string cause);

        [LoggerMessage(LogLevel.Warning, "Tokens cannot be checked: the authority's keys cannot be read")]
        public static partial void CannotCheck(ILogger logger, Exception exception);
    }
}
