using System.Net;
using System.Text;
using Marketplace.Tests.EndToEnd;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>Tokens of an authority that is asked over HTTP for its keys, and the framework's settings for it.</summary>
public sealed class AuthorityTests
{
    private const string Bearer = "Authentication:Schemes:Bearer";
    private const string Read = """{"query":"{ __typename }"}""";

    private static readonly (string, string) Unlimited = ("Gateway:RateLimit:RejectedTokensPerMinute", "0");

    public static TheoryData<string> Algorithms => ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Each_asymmetric_algorithm_is_accepted(string algorithm)
    {
        await using var authority = await Authority.StartAsync();
        var key = authority.CreateKey(algorithm, "two");
        authority.Publish(key);
        await using var gateway = await GatewayServer.StartAsync(settings: authority.Settings);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Tokens.Create(issuer: authority.Address, key: key, algorithm: algorithm)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, Tokens.Create(issuer: authority.Address, key: key, algorithm: algorithm)[..^8] + "AAAAAAAA"));
    }

    [Fact]
    public async Task A_key_that_is_published_later_is_accepted_at_its_first_token()
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings: authority.Settings);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, TokenOf(authority, authority.Key)));

        var next = authority.CreateKey("RS256", "two");
        authority.Publish(next);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, TokenOf(authority, next)));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, TokenOf(authority, authority.Key)));
    }

    // Anybody can send a token with an unknown key, and each has the authority's keys read again, but for a pause.
    [Fact]
    public async Task A_key_that_is_published_while_unknown_ones_are_sent_is_accepted_soon()
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings: [.. authority.Settings, Unlimited]);
        var unknown = TokenOf(authority, authority.CreateKey("ES256", "unknown"), "ES256");
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, unknown));

        var next = authority.CreateKey("RS256", "two");
        authority.Publish(next);

        await Eventually.GetAsync(
            async _ =>
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, unknown));
                return await SendAsync(gateway, TokenOf(authority, next));
            },
            status => status == HttpStatusCode.OK,
            TimeSpan.FromSeconds(30),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_burst_of_unknown_keys_asks_the_authority_once()
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings: [.. authority.Settings, Unlimited, ($"{Bearer}:RefreshInterval", "00:01:00")]);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, TokenOf(authority, authority.Key)));
        var before = authority.Discoveries;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => SendAsync(gateway, TokenOf(authority, authority.CreateKey("ES256", $"unknown {i}"), "ES256"))));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.InRange(authority.Discoveries - before, 1, 2);
    }

    [Fact]
    public async Task An_authority_that_fails_is_asked_once_by_a_burst_of_tokens()
    {
        await using var authority = await Authority.StartAsync();
        authority.Answers = false;
        await using var gateway = await GatewayServer.StartAsync(settings: authority.Settings);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(gateway, TokenOf(authority, authority.Key))));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.Equal(1, authority.Discoveries);
    }

    [Fact]
    public async Task The_metadata_may_be_at_an_address_of_its_own()
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings:
        [
            ($"{Bearer}:MetadataAddress", $"{authority.Address}/elsewhere/metadata"), ($"{Bearer}:RequireHttpsMetadata", "false"), ($"{Bearer}:ValidAudience", Tokens.Audience),
        ]);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, TokenOf(authority, authority.Key)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, Tokens.Create(issuer: authority.Address, audience: "other", key: authority.Key, algorithm: "RS256")));
    }

    [Fact]
    public async Task Several_issuers_are_accepted_where_they_are_named()
    {
        await using var authority = await Authority.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(settings: [.. authority.Settings, ($"{Bearer}:ValidIssuers:0", "https://one.example"), ($"{Bearer}:ValidIssuers:1", "https://two.example")]);

        foreach (var (issuer, expected) in new[] { ("https://one.example", HttpStatusCode.OK), ("https://two.example", HttpStatusCode.OK), ("https://three.example", HttpStatusCode.Unauthorized) })
        {
            Assert.Equal(expected, await SendAsync(gateway, Tokens.Create(issuer: issuer, key: authority.Key, algorithm: "RS256")));
        }
    }

    [Fact]
    public async Task Two_symmetric_keys_of_an_issuer_are_accepted_while_one_replaces_the_other()
    {
        var next = new byte[64];
        await using var gateway = await GatewayServer.StartAsync(settings:
            [.. Tokens.Settings, ($"{Bearer}:SigningKeys:1:Issuer", Tokens.Issuer), ($"{Bearer}:SigningKeys:1:Value", Convert.ToBase64String(next))]);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Tokens.Create()));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, Tokens.Create(key: new SymmetricSecurityKey(next))));
    }

    [Theory]
    [InlineData($"{Bearer}:ValidateIssuer", "false", "ValidateIssuer")]
    [InlineData($"{Bearer}:ValidateAudience", "false", "ValidateAudience")]
    [InlineData($"{Bearer}:Audience", "marketplace", "Audience")]
    [InlineData($"{Bearer}:ValidIssuer", "https://other.example", "SigningKeys")]
    public async Task A_setting_that_would_do_nothing_or_weaken_the_check_is_refused_at_the_start(string setting, string value, string named)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayServer.StartAsync(settings: [.. Tokens.Settings.Where(known => known.Key != setting), (setting, value)]));

        Assert.Contains(named, exception.Message);
    }

    [Fact]
    public async Task An_authority_without_TLS_is_refused_at_the_start_unless_it_is_allowed()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GatewayServer.StartAsync(settings: [($"{Bearer}:Authority", "http://authority.example"), ($"{Bearer}:ValidAudience", "marketplace")]));

        Assert.Contains("RequireHttpsMetadata", exception.Message);
    }

    private static string TokenOf(Authority authority, SecurityKey key, string algorithm = "RS256") => Tokens.Create(issuer: authority.Address, key: key, algorithm: algorithm);

    private static async Task<HttpStatusCode> SendAsync(GatewayServer gateway, string token)
    {
        using var content = new StringContent(Read, Encoding.UTF8, "application/json");
        return (await gateway.SendAsync(HttpMethod.Post, "/graphql", content: content, headers: ("Authorization", "Bearer " + token))).Status;
    }
}
