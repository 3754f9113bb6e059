using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Marketplace.Storefront.SignIn;

/// <summary>Has an access token that is about to expire renewed (RFC 6749 6), once for all requests that come with the same refresh token, which may be good for one use only.</summary>
internal sealed partial class TokenRefresher(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time, ILogger<TokenRefresher> logger)
{
    private const string RefreshToken = "refresh_token";

    /// <summary>This long before a token expires it is renewed.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    /// <summary>This long a renewed session is known, for requests that were sent before its cookie came.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<OpenIdConnectMessage?>>> _renewals = new(StringComparer.Ordinal);

    /// <summary>Checks a session as its cookie is read. A provider that does not answer ends none.</summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var session = context.Properties;
        if (SessionToken.ExpiryOf(session) is not { } expiry || expiry - Early > time.GetUtcNow())
        {
            return;
        }

        if (session.GetTokenValue(RefreshToken) is not { } refreshToken)
        {
            if (expiry <= time.GetUtcNow())
            {
                context.RejectPrincipal();
            }

            return;
        }

        var renewal = _renewals.GetOrAdd(refreshToken, token => new(() => RenewAsync(token)));
        OpenIdConnectMessage? renewed;
        try
        {
            renewed = await renewal.Value.WaitAsync(context.HttpContext.RequestAborted);
        }
        catch (HttpRequestException exception)
        {
            Log.NotRenewed(logger, exception);
            return;
        }

        if (renewed is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SignInExtensions.Cookie);
            return;
        }

        session.UpdateTokenValue(SessionToken.AccessToken, renewed.AccessToken);
        session.UpdateTokenValue(RefreshToken, renewed.RefreshToken ?? refreshToken);
        var seconds = long.TryParse(renewed.ExpiresIn, CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 0, 86_400) : 0;
        session.UpdateTokenValue(SessionToken.ExpiresAt, (time.GetUtcNow() + TimeSpan.FromSeconds(seconds)).ToString("o", CultureInfo.InvariantCulture));
        context.ShouldRenew = true;
    }

    /// <returns>The new tokens; <c>null</c> when the provider refuses.</returns>
    private async Task<OpenIdConnectMessage?> RenewAsync(string refreshToken)
    {
        try
        {
            var renewed = await AskAsync(refreshToken);
            _ = ForgetAsync(refreshToken);
            return renewed;
        }
        catch (Exception exception)
        {
            _renewals.TryRemove(refreshToken, out _);
            throw exception as HttpRequestException ?? new HttpRequestException("The provider gave no answer to a refresh token.", exception);
        }
    }

    private async Task<OpenIdConnectMessage?> AskAsync(string refreshToken)
    {
        var provider = options.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var addresses = await provider.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", [RefreshToken] = refreshToken, ["client_id"] = provider.ClientId! };
        if (!string.IsNullOrEmpty(provider.ClientSecret))
        {
            form["client_secret"] = provider.ClientSecret;
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await provider.Backchannel.PostAsync(addresses.TokenEndpoint, content); // it has a time-out of its own
        if (response.StatusCode is System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.Unauthorized)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        var answer = new OpenIdConnectMessage(await response.Content.ReadAsStringAsync());
        return string.IsNullOrEmpty(answer.AccessToken) ? throw new HttpRequestException("The provider renewed no token.") : answer;
    }

    private async Task ForgetAsync(string refreshToken)
    {
        await Task.Delay(Remembered, time);
        _renewals.TryRemove(refreshToken, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A token was not renewed: the provider gave no answer")]
        public static partial void NotRenewed(ILogger logger, Exception exception);
    }
}
