using System.Net;
using System.Net.WebSockets;
using System.Text;
using Marketplace.Tests.Gateway.Subscriptions;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>What pages of other sites can make a browser send, and what they may read.</summary>
public sealed class CrossSiteRequestTests(CrossSiteRequestTests.Server fixture) : IClassFixture<CrossSiteRequestTests.Server>
{
    private const string Shop = "https://shop.example";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Origin: https://other.example", "GraphQL-Preflight: 1")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Origin: https://other.example", "Apollo-Require-Preflight: true")]
    [InlineData(HttpStatusCode.OK, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Origin: https://shop.example")]
    [InlineData(HttpStatusCode.OK, "Origin: https://shop.example")]
    [InlineData(HttpStatusCode.Forbidden, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors")]
    [InlineData(HttpStatusCode.Forbidden, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors")]
    [InlineData(HttpStatusCode.Forbidden, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")]
    [InlineData(HttpStatusCode.Forbidden, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Origin: https://other.example")]
    [InlineData(HttpStatusCode.Forbidden, "Origin: https://other.example")]
    [InlineData(HttpStatusCode.Forbidden, "Origin: null")]
    public async Task A_query_in_an_address_is_answered_only_if_no_foreign_page_could_have_sent_it_unasked(HttpStatusCode expected, params string[] headers)
    {
        var answer = await _gateway.SendAsync(HttpMethod.Get, "/graphql?query={__typename}", headers: headers.Select(header => header.Split(": ")).Select(header => (header[0], header[1])));

        Assert.Equal(expected, answer.Status);
        if (expected == HttpStatusCode.Forbidden)
        {
            Assert.Equal("FORBIDDEN", answer.Code);
        }
    }

    [Fact]
    public async Task Only_the_origins_allowed_may_read_answers()
    {
        var allowed = await PreflightAsync(_gateway, Shop);
        var other = await PreflightAsync(_gateway, "https://other.example");
        var answer = await _gateway.SendAsync(HttpMethod.Post, "/graphql", content: new StringContent("""{"query":"{ __typename }"}""", Encoding.UTF8, "application/json"), headers: ("Origin", Shop));

        Assert.Equal(Shop, allowed.Headers["Access-Control-Allow-Origin"]);
        Assert.Contains("POST", allowed.Headers["Access-Control-Allow-Methods"]);
        Assert.DoesNotContain("Access-Control-Allow-Origin", other.Headers);
        Assert.Equal(Shop, answer.Headers["Access-Control-Allow-Origin"]);
        Assert.DoesNotContain("Access-Control-Allow-Credentials", answer.Headers);
    }

    [Fact]
    public async Task No_origin_is_allowed_unless_it_is_set()
    {
        await using var gateway = await GatewayServer.StartAsync();

        Assert.DoesNotContain("Access-Control-Allow-Origin", (await PreflightAsync(gateway, Shop)).Headers);
    }

    [Theory]
    [InlineData(Shop, true)]
    [InlineData("https://other.example", false)]
    [InlineData("null", false)]
    public async Task A_page_opens_a_websocket_only_if_its_origin_is_allowed(string origin, bool opens)
    {
        if (opens)
        {
            using var client = await WebSocketClient.ConnectAsync(_gateway, headers: ("Origin", origin));
        }
        else
        {
            var exception = await Assert.ThrowsAsync<WebSocketException>(() => WebSocketClient.ConnectAsync(_gateway, headers: ("Origin", origin)));
            Assert.Contains("403", exception.Message);
        }
    }

    [Fact]
    public async Task The_gateway_s_own_page_opens_a_websocket()
    {
        await using var gateway = await GatewayServer.StartAsync();

        using var client = await WebSocketClient.ConnectAsync(gateway, headers: ("Origin", gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)));
    }

    private static Task<Answer> PreflightAsync(GatewayServer gateway, string origin) =>
        gateway.SendAsync(HttpMethod.Options, "/graphql", headers: [("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type,authorization")]);

    public sealed class Server : IAsyncLifetime
    {
        internal GatewayServer Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayServer.StartAsync(settings: ("Gateway:Cors:Origins:0", Shop));

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
