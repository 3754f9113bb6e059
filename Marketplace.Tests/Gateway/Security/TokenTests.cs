using System.Net;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Tests.Gateway.Subscriptions;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

public sealed class TokenTests(TokenTests.Server fixture) : IClassFixture<TokenTests.Server>
{
    private const string Refresh = """{"query":"mutation { refreshProduct(marketplace: EBAY, id: 1) { id } }"}""";
    private const string Subscribe = """{"query":"subscription { productPersisted(marketplace: EBAY) { id } }"}""";
    private const string Read = """{"query":"{ __typename }"}""";

    private readonly GatewayServer _gateway = fixture.Gateway;

    public static TheoryData<string, string> BadTokens => new()
    {
        { "expired", "Bearer " + Tokens.Create(validFor: TimeSpan.FromMinutes(-1)) },
        { "without an expiry", "Bearer " + Tokens.Forge("""{"alg":"HS256","typ":"JWT"}""", Tokens.GoodBody(withExpiry: false), Sign) },
        { "of another issuer", "Bearer " + Tokens.Create(issuer: "https://other.example") },
        { "for another audience", "Bearer " + Tokens.Create(audience: "other") },
        { "signed with another key", "Bearer " + Tokens.Create(key: new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64))) },
        { "signed with another algorithm", "Bearer " + Tokens.Create(algorithm: SecurityAlgorithms.HmacSha512) },
        { "not signed", "Bearer " + Tokens.Forge("""{"alg":"none","typ":"JWT"}""", Tokens.GoodBody()) },
        { "said not to be signed, but signed", "Bearer " + Tokens.Forge("""{"alg":"None","typ":"JWT"}""", Tokens.GoodBody(), Sign) },
        { "changed", "Bearer " + Tokens.Create()[..^6] + "AAAAAA" },
        { "no token", "Bearer x" },
        { "nothing", "Bearer " },
        { "of another scheme", "Basic dXNlcjpwYXNz" },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_token_that_is_not_good_is_refused_even_for_reading(string what, string authorization)
    {
        var answer = await _gateway.SendAsync(HttpMethod.Post, "/graphql", content: Json(Read), headers: ("Authorization", authorization));

        Assert.True(answer.Status == HttpStatusCode.Unauthorized, what);
        Assert.Equal("UNAUTHENTICATED", answer.Code);
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_forged_token_made_the_same_way_as_the_refused_ones_is_good_when_nothing_is_wrong_with_it()
    {
        var answer = await _gateway.SendAsync(HttpMethod.Post, "/graphql", content: Json(Read), headers: ("Authorization", "Bearer " + Tokens.Forge("""{"alg":"HS256","typ":"JWT"}""", Tokens.GoodBody(), Sign)));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData(null, "UNAUTHENTICATED")]
    [InlineData("", "FORBIDDEN")]
    [InlineData("products:read", "FORBIDDEN")]
    [InlineData("products:write2 xproducts:write", "FORBIDDEN")]
    [InlineData("products:write", "UPSTREAM_UNAVAILABLE")]
    [InlineData("openid products:write", "UPSTREAM_UNAVAILABLE")]
    public async Task Refreshing_needs_the_scope(string? scope, string code)
    {
        // No service can be reached here, so a request that is let through gets that error.
        var answer = await _gateway.SendAsync(HttpMethod.Post, "/graphql", content: Json(Refresh), headers: scope is null ? [] : [("Authorization", "Bearer " + Tokens.Create(scope))]);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(code, answer.Code);
        Assert.Equal("""{"refreshProduct":null}""", answer.Data.GetRawText());
    }

    [Fact]
    public async Task Reading_needs_no_token()
    {
        Assert.Equal("""{"data":{"__typename":"Query"}}""", (await _gateway.PostAsync(Read)).Body);
    }

    [Fact]
    public async Task Where_no_tokens_are_set_up_none_is_accepted()
    {
        await using var gateway = await GatewayServer.StartAsync();

        var answer = await gateway.SendAsync(HttpMethod.Post, "/graphql", content: Json(Read), headers: ("Authorization", "Bearer " + Tokens.Create()));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task An_authority_s_tokens_are_accepted_and_its_public_key_is_no_secret_to_sign_with()
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings: [.. authority.Settings, .. SymmetricKeys()]);
        var issuer = authority.Address;
        var publicKey = authority.Rsa.ExportSubjectPublicKeyInfo();
        string[] forged =
        [
            .. new[] { publicKey, Encoding.ASCII.GetBytes(authority.Rsa.ExportSubjectPublicKeyInfoPem()), authority.Rsa.ExportParameters(false).Modulus! }
                .Select(secret => Tokens.Forge("""{"alg":"HS256","typ":"JWT","kid":"one"}""", Tokens.GoodBody(issuer), data => HMACSHA256.HashData(secret, data))),

            // The symmetric key in the configuration does not count beside an authority.
            Tokens.Create(issuer: issuer),
            Tokens.Forge("""{"alg":"none","typ":"JWT","kid":"one"}""", Tokens.GoodBody(issuer)),
        ];

        var good = await SendAsync(Tokens.Create(issuer: issuer, key: authority.Key, algorithm: SecurityAlgorithms.RsaSha256));
        Assert.Equal("UPSTREAM_UNAVAILABLE", good.Code);
        foreach (var token in forged)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(token)).Status);
        }

        Task<Answer> SendAsync(string token) => gateway.SendAsync(HttpMethod.Post, "/graphql", content: Json(Refresh), headers: ("Authorization", "Bearer " + token));
    }

    [Fact]
    public async Task An_authority_that_is_away_is_no_fault_of_the_caller_nor_of_those_without_a_token()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [("Authentication:Schemes:Bearer:Authority", "http://127.0.0.1:1"), ("Authentication:Schemes:Bearer:RequireHttpsMetadata", "false"), ("Authentication:Schemes:Bearer:ValidAudience", Tokens.Audience)]);

        var answer = await gateway.SendAsync(HttpMethod.Post, "/graphql", content: Json(Read), headers: ("Authorization", "Bearer " + Tokens.Create()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("UPSTREAM_UNAVAILABLE", answer.Code);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PostAsync(Read)).Status);
    }

    [Fact]
    public async Task A_websocket_sends_its_token_with_the_greeting()
    {
        using var known = await WebSocketClient.GreetAsync(_gateway, Init(Tokens.Create()));
        using var unknown = await WebSocketClient.GreetAsync(_gateway);
        using var refused = await WebSocketClient.ConnectAsync(_gateway);
        var refresh = $$"""{"id":"a","type":"subscribe","payload":{{Refresh}}}""";

        await known.SendAsync(refresh);
        await unknown.SendAsync(refresh);
        await refused.SendAsync(Init(Tokens.Create(audience: "other")));

        Assert.Contains("UPSTREAM_UNAVAILABLE", await known.ReceiveAsync());
        Assert.Contains("UNAUTHENTICATED", await unknown.ReceiveAsync());
        Assert.Equal(4403, await refused.CloseCodeAsync());
    }

    [Fact]
    public async Task A_websocket_does_nothing_more_for_a_token_that_expired()
    {
        // Expired, but within the clocks' tolerance when it is checked.
        using var client = await WebSocketClient.GreetAsync(_gateway, Init(Tokens.Create(validFor: TimeSpan.FromSeconds(-5))));
        await client.SendAsync($$"""{"id":"a","type":"subscribe","payload":{{Read}}}""");

        Assert.Equal(4403, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task A_websocket_is_closed_when_its_token_expires()
    {
        using var client = await WebSocketClient.GreetAsync(_gateway, Init(Tokens.Create(validFor: TimeSpan.FromSeconds(-5))));

        Assert.Equal(4403, await client.CloseCodeAsync());
    }

    [Fact]
    public async Task An_event_stream_ends_with_an_error_when_its_token_expires()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: Tokens.Settings);

        var answer = await gateway.SendAsync(
            HttpMethod.Post, "/graphql", "text/event-stream", Json(Subscribe), ("Authorization", "Bearer " + Tokens.Create(validFor: TimeSpan.FromSeconds(-5))));

        Assert.Equal("text/event-stream", answer.MediaType);
        Assert.Contains("\"UNAUTHENTICATED\"", answer.Body);
        Assert.EndsWith("event: complete\ndata:\n\n", answer.Body);
    }

    [Fact]
    public async Task An_event_stream_is_open_while_its_token_is_valid()
    {
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts(), settings: Tokens.Settings);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = Json(Subscribe), Headers = { { "Accept", "text/event-stream" }, { "Authorization", "Bearer " + Tokens.Forge("""{"alg":"HS256","typ":"JWT"}""", Tokens.GoodBody(validFor: TimeSpan.FromDays(20_000)), Sign) } } };

        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var read = (await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();
        await gateway.PostAsync(Read);

        Assert.False(read.IsCompleted);
        await gateway.StopAsync();
        Assert.Equal(0, await read);
    }

    [Fact]
    public async Task A_key_without_an_audience_is_found_at_the_start()
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => GatewayServer.StartAsync("Production", settings: Tokens.Settings.Where(setting => !setting.Key.Contains("Audience", StringComparison.Ordinal))));

        Assert.Contains("ValidAudiences", exception.Message);
    }

    private static string Init(string token) => $$$"""{"type":"connection_init","payload":{"Authorization":"Bearer {{{token}}}"}}""";

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static byte[] Sign(byte[] data) => HMACSHA256.HashData(((SymmetricSecurityKey)Tokens.Key).Key, data);

    private static IEnumerable<(string Key, string Value)> SymmetricKeys() => Tokens.Settings.Where(setting => setting.Key.Contains("SigningKeys", StringComparison.Ordinal));

    public sealed class Server : IAsyncLifetime
    {
        internal GatewayServer Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayServer.StartAsync(settings: Tokens.Settings);

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
