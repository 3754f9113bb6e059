using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly;

namespace Marketplace.Products.OAuth;

/// <summary>
/// The application's access token by the client credentials grant (RFC 6749, 4.4): one for all callers, asked for anew before it
/// expires while the old one still serves. Marketplaces count tokens granted, so after a failure it is not asked for again at once.
/// </summary>
public sealed partial class AccessTokens
{
    internal const string ClientName = "source-oauth";

    /// <summary>What is refused for an older token is refused for its successor too.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    private static readonly Backoff AfterRefusal = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
    private static readonly Backoff AfterNoAnswer = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

    /// <summary>The lifetime of a token that is granted without one.</summary>
    private const int AssumedSeconds = 3600;

    private readonly string _marketplace;
    private readonly Func<HttpRequestMessage> _grant;
    private readonly IHttpClientFactory _clients;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Token? _current;
    private Task<Token>? _request;
    private AccessTokenException? _failure;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;
    private int _failures;
    private string? _logged;

    internal AccessTokens(string marketplace, Func<HttpRequestMessage> grant, IHttpClientFactory clients, TimeProvider time, ILogger<AccessTokens> logger) =>
        (_marketplace, _grant, _clients, _time, _logger) = (marketplace, grant, clients, time, logger);

    /// <summary>A token that is valid now.</summary>
    /// <exception cref="AccessTokenException">The marketplace grants none.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var current = Volatile.Read(ref _current);
        if (now < current?.RefreshAt)
        {
            return current.Value;
        }

        var request = Request(now);
        if (now < current?.ExpiresAt)
        {
            return current.Value;
        }

        return (await request.WaitAsync(cancellationToken)).Value;
    }

    /// <summary>Gives up a token that was refused before its time, unless it is younger than a minute: another would fare no better.</summary>
    /// <returns>Whether <see cref="GetAsync"/> gives another one.</returns>
    public bool Discard(string refused)
    {
        lock (_lock)
        {
            // Of many callers with the same refused token, the first one discards it.
            if (_current?.Value != refused)
            {
                return true;
            }

            if (_time.GetUtcNow() - _current.GrantedAt < LeastAge)
            {
                return false;
            }

            _current = null;
            return true;
        }
    }

    private Task<Token> Request(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _request
                ?? (_failure is not null && now < _retryAt
                    ? Task.FromException<Token>(Copy(_failure, _retryAt - now))
                    : _request = RequestAsync());
        }
    }

    // Belongs to all callers, so no single one's cancellation ends it; the client's own deadline does.
    private async Task<Token> RequestAsync()
    {
        await Task.Yield();
        try
        {
            var token = await AskAsync();
            lock (_lock)
            {
                (_current, _failure, _failures, _logged) = (token, null, 0, null);
            }

            return token;
        }
        catch (AccessTokenException exception)
        {
            throw Failed(exception, AfterRefusal);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException or OperationCanceledException or JsonException or ProductSourceException)
        {
            throw Failed(new AccessTokenException($"{_marketplace}'s token service does not answer.", exception), AfterNoAnswer);
        }
        finally
        {
            lock (_lock)
            {
                _request = null;
            }
        }
    }

    private AccessTokenException Failed(AccessTokenException exception, Backoff backoff)
    {
        lock (_lock)
        {
            _failures++;
            var wait = backoff.Of(_failures);
            _retryAt = _time.GetUtcNow() + wait;
            if (_logged != exception.Message)
            {
                _logged = exception.Message;
                Log.NoToken(_logger, exception.Message, exception.Details ?? exception.InnerException?.GetBaseException().Message);
            }

            return _failure = Copy(exception, wait);
        }
    }

    // Each waiter's own: an exception that is thrown again grows.
    private static AccessTokenException Copy(AccessTokenException failure, TimeSpan retryAfter) =>
        new(failure.Message, failure.InnerException) { IsRefusal = failure.IsRefusal, RetryAfter = retryAfter };

    // RFC 6749, 5.2.
    private static string? Advice(string? error) => error switch
    {
        "invalid_client" => "Check the credentials' id and secret, and whether they are of this kind.",
        "unauthorized_client" or "invalid_scope" => "See whether the marketplace has granted these credentials the API.",
        _ => null,
    };

    private async Task<Token> AskAsync()
    {
        using var request = _grant();
        using var client = _clients.CreateClient(ClientName);
        using var response = await client.SendAsync(request);
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"It answers {(int)response.StatusCode}."));
        }

        if (!response.IsSuccessStatusCode)
        {
            var error = await response.TryReadJsonAsync(OAuthJson.Default.TokenError, CancellationToken.None);
            throw new AccessTokenException(
                string.Create(CultureInfo.InvariantCulture, $"{_marketplace} refuses this application: {(int)response.StatusCode} {LogText.Clean(error?.Error)}").TrimEnd() + ".")
            {
                IsRefusal = true,
                Details = $"{LogText.Clean(error?.Description)} {Advice(error?.Error)}".Trim(),
            };
        }

        var granted = await response.ReadJsonAsync(OAuthJson.Default.TokenResponse, CancellationToken.None);
        return granted is { AccessToken: { Length: > 0 } value, ExpiresIn: null or > 0 }
            ? new Token(value, TimeSpan.FromSeconds(granted.ExpiresIn ?? AssumedSeconds), _time.GetUtcNow())
            : throw new AccessTokenException($"{_marketplace}'s token service answered without a token.");
    }

    private sealed class Token(string value, TimeSpan lifetime, DateTimeOffset grantedAt)
    {
        private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

        public string Value => value;

        public DateTimeOffset GrantedAt => grantedAt;

        public DateTimeOffset ExpiresAt { get; } = grantedAt + lifetime;

        public DateTimeOffset RefreshAt { get; } = grantedAt + lifetime - (lifetime / 5 < MostAhead ? lifetime / 5 : MostAhead);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "There is no access token: {Reason} {Cause}")]
        public static partial void NoToken(ILogger logger, string reason, string? cause);
    }
}
