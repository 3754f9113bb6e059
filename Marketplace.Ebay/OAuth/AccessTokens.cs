using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Products;
using Microsoft.Extensions.Options;
using Polly;

namespace Marketplace.Ebay.OAuth;

/// <summary>
/// The application's access token (developer.ebay.com, "The client credentials grant flow"): one for all callers, asked for anew before it
/// expires while the old one still serves. eBay grants 1,000 a day, so after a failure it is not asked again at once.
/// </summary>
internal sealed partial class AccessTokens(IHttpClientFactory clients, IOptions<EbayOptions> options, TimeProvider time, ILogger<AccessTokens> logger)
{
    public const string ClientName = "ebay-oauth";

    private const string Scope = "https://api.ebay.com/oauth/api_scope";

    /// <summary>What is refused for an older token is refused for its successor too.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    private static readonly Backoff AfterRefusal = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
    private static readonly Backoff AfterNoAnswer = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

    private readonly Lock _lock = new();
    private Token? _current;
    private Task<Token>? _request;
    private AccessTokenException? _failure;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;
    private int _failures;
    private string? _logged;

    /// <exception cref="AccessTokenException">eBay grants none.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
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

    /// <summary>Gives up a token that eBay refused before its time, unless it is younger than a minute: another would fare no better.</summary>
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

            if (time.GetUtcNow() - _current.GrantedAt < LeastAge)
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
                    ? Task.FromException<Token>(new AccessTokenException(_failure.Message, _failure.InnerException) { RetryAfter = _retryAt - now })
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
            throw Failed(new AccessTokenException("eBay's token service does not answer.", exception), AfterNoAnswer);
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
            _retryAt = time.GetUtcNow() + wait;
            if (_logged != exception.Message)
            {
                _logged = exception.Message;
                Log.NoToken(logger, exception.Message, exception.Details ?? exception.InnerException?.GetBaseException().Message);
            }

            return _failure = new AccessTokenException(exception.Message, exception.InnerException) { RetryAfter = wait };
        }
    }

    private async Task<Token> AskAsync()
    {
        var settings = options.Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/identity/v1/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", Scope)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.ClientId}:{settings.ClientSecret}")));

        using var client = clients.CreateClient(ClientName);
        using var response = await client.SendAsync(request);
        await using var body = await response.Content.ReadAsStreamAsync();
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"It answers {(int)response.StatusCode}."));
        }

        if (!response.IsSuccessStatusCode)
        {
            var error = await ReadErrorAsync(body);
            throw new AccessTokenException(
                string.Create(CultureInfo.InvariantCulture, $"eBay refuses this application: {(int)response.StatusCode} {LogText.Clean(error?.Error)}").TrimEnd() + ".")
            {
                Details = LogText.Clean(error?.Description),
            };
        }

        var granted = await JsonSerializer.DeserializeAsync(body, OAuthJson.Default.TokenResponse);
        return granted is { AccessToken: { Length: > 0 } value, ExpiresIn: > 0 }
            ? new Token(value, TimeSpan.FromSeconds(granted.ExpiresIn), time.GetUtcNow())
            : throw new AccessTokenException("eBay's token service answered without a token.");
    }

    private static async Task<TokenError?> ReadErrorAsync(Stream body)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, OAuthJson.Default.TokenError);
        }
        catch (JsonException)
        {
            return null; // a proxy's page: the status says what there is to say
        }
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
