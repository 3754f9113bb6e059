using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Polly;

namespace Marketplace.Ebay.OAuth;

/// <summary>
/// The application's access token (developer.ebay.com, "The client credentials grant flow"): one for all callers,
/// asked for anew before it expires while the old one still serves.
/// </summary>
internal sealed class AccessTokens(IHttpClientFactory clients, IOptions<EbayOptions> options, TimeProvider time)
{
    public const string ClientName = "ebay-oauth";

    private const string Scope = "https://api.ebay.com/oauth/api_scope";

    private readonly Lock _lock = new();
    private Token? _current;
    private Task<Token>? _request;

    /// <exception cref="AccessTokenException">eBay grants none.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var current = Volatile.Read(ref _current);
        if (now < current?.RefreshAt)
        {
            return current.Value;
        }

        var request = Request();
        if (now < current?.ExpiresAt)
        {
            return current.Value;
        }

        return (await request.WaitAsync(cancellationToken)).Value;
    }

    /// <summary>Another token in place of one that eBay refused before its time.</summary>
    /// <exception cref="AccessTokenException">eBay grants none.</exception>
    public ValueTask<string> ReplaceAsync(string refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Of many callers with the same refused token, the first one discards it.
            if (_current?.Value == refused)
            {
                _current = null;
            }
        }

        return GetAsync(cancellationToken);
    }

    private Task<Token> Request()
    {
        lock (_lock)
        {
            return _request ??= RequestAsync();
        }
    }

    // Belongs to all callers, so no single one's cancellation ends it; the client's own time-out does.
    private async Task<Token> RequestAsync()
    {
        await Task.Yield();
        try
        {
            var token = await AskAsync();
            lock (_lock)
            {
                _current = token;
            }

            return token;
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException or OperationCanceledException or JsonException)
        {
            throw new AccessTokenException("eBay's token service does not answer.", exception);
        }
        finally
        {
            lock (_lock)
            {
                _request = null;
            }
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
        if (!response.IsSuccessStatusCode)
        {
            var error = await JsonSerializer.DeserializeAsync(body, OAuthJson.Default.TokenError);
            throw new AccessTokenException($"eBay refuses this application: {(int)response.StatusCode} {error?.Error}.");
        }

        var granted = await JsonSerializer.DeserializeAsync(body, OAuthJson.Default.TokenResponse);
        return granted is { AccessToken: { Length: > 0 } value, ExpiresIn: > 0 }
            ? new Token(value, TimeSpan.FromSeconds(granted.ExpiresIn), time.GetUtcNow())
            : throw new AccessTokenException("eBay's token service answered without a token.");
    }

    private sealed class Token(string value, TimeSpan lifetime, DateTimeOffset grantedAt)
    {
        private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

        public string Value => value;

        public DateTimeOffset ExpiresAt { get; } = grantedAt + lifetime;

        public DateTimeOffset RefreshAt { get; } = grantedAt + lifetime - (lifetime / 5 < MostAhead ? lifetime / 5 : MostAhead);
    }
}
