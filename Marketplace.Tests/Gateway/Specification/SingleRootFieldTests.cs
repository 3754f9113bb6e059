using Marketplace.Tests.Gateway.Subscriptions;
using Xunit;

namespace Marketplace.Tests.Gateway.Specification;

/// <summary>Single Root Field, GraphQL specification, September 2025, section 5.2.4.1.</summary>
public sealed class SingleRootFieldTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private const string Field = "productPersisted(marketplace: EBAY)";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Theory]
    [InlineData("subscription { F { id } F { id } }")]
    [InlineData("subscription { F { id } F { title } }")]
    [InlineData("subscription { ...A ...B } fragment A on Subscription { F { id } } fragment B on Subscription { F { title } }")]
    [InlineData("subscription { ...A ...A } fragment A on Subscription { F { id } }")]
    [InlineData("subscription { F { id } ...A } fragment A on Subscription { ... on Subscription { F { title } } }")]
    [InlineData("subscription { F { id } ... { F { id } } ... on Subscription { F { id } } }")]
    [InlineData("subscription { a: F { id @include(if: true) } a: F { ...A @skip(if: false) } } fragment A on Product { title }")]
    public async Task Fields_that_merge_are_one(string query)
    {
        var answer = await _gateway.QueryAsync(query.Replace("F {", Field + " {", StringComparison.Ordinal));

        // It is valid; only this transport cannot carry it.
        Assert.Equal("BAD_REQUEST", answer.Code);
        Assert.Contains("needs a WebSocket", answer.Error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("subscription { a: F { id } b: F { id } }")]
    [InlineData("subscription { F { id } __typename }")]
    [InlineData("subscription { __typename }")]
    [InlineData("subscription { ... { __typename } }")]
    [InlineData("subscription { ...A } fragment A on Subscription { a: F { id } b: F { id } }")]
    [InlineData("subscription { a: F { id } ...A } fragment A on Subscription { b: F { id } }")]
    [InlineData("subscription { F { id } ... { ... on Subscription { b: F { id } } } }")]
    [InlineData("subscription { F @skip(if: false) { id } }")]
    [InlineData("subscription { F @include(if: true) { id } }")]
    [InlineData("subscription { ... @include(if: true) { F { id } } }")]
    [InlineData("subscription { ... on Subscription @skip(if: false) { F { id } } }")]
    [InlineData("subscription { ... { F @skip(if: false) { id } } }")]
    [InlineData("subscription { ...A @include(if: true) } fragment A on Subscription { F { id } }")]
    [InlineData("subscription { ...A } fragment A on Subscription { F @include(if: true) { id } }")]
    [InlineData("subscription S($b: Boolean!) { F @include(if: $b) { id } }")]
    public async Task More_than_one_and_what_depends_on_a_condition_is_refused(string query)
    {
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", (await _gateway.QueryAsync(query.Replace("F {", Field + " {", StringComparison.Ordinal).Replace("F @", Field + " @", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task Subscribers_get_the_fields_of_all_places_where_the_field_is_written()
    {
        await using var gateway = await GatewayServer.StartAsync();
        using var client = await WebSocketClient.GreetAsync(gateway);

        await client.SendAsync("""{"id":"a","type":"subscribe","payload":{"query":"subscription { F { id } ...A } fragment A on Subscription { F { id description } }"}}""".Replace("F {", Field + " {", StringComparison.Ordinal));
        await gateway.ListenersAsync(1);
        gateway.Publish("1", "text");

        Assert.Equal("""{"id":"a","type":"next","payload":{"data":{"productPersisted":{"id":"1","description":"text"}}}}""", await client.ReceiveAsync());
    }
}
