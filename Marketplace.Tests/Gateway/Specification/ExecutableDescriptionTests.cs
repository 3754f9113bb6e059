using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Gateway.Specification;

/// <summary>Descriptions in executable documents, GraphQL specification, September 2025, sections 2.2, 2.4, 2.9 and 2.11.</summary>
public sealed class ExecutableDescriptionTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private readonly GatewayServer _gateway = fixture.Gateway;

    public static TheoryData<string> Described =>
    [
        "\"d\" query Q { __typename }",
        "\"d\"query Q{__typename}",
        "\"\"\"\nAbout\n\\\"\"\" it { $a query }\n\"\"\"\nquery Q { __typename }",
        "\"d\" query Q { ...F } \"d\" fragment F on Query { __typename } \"d\" mutation M { __typename }",
        "query Q { ...F } \"\\u{1F4A9}\" fragment F on Query { __typename }",
        """"
        query Q(
          "d" $a: Boolean! = true
          """d""" $b: ID! = "x" "d" $c: [ID!]! = ["y"] "d" $d: ID = "z" $m: Marketplace! = EBAY "d" $i: Boolean = false) {
          __typename @include(if: $a)
          product(marketplace: $m, id: $b) @include(if: $i) { id }
          products(marketplace: $m, ids: $c) @include(if: $i) { id }
          getProductById(id: $d) @include(if: $i) { id }
        }
        """",
    ];

    [Theory]
    [MemberData(nameof(Described))]
    public async Task They_change_nothing(string query)
    {
        Assert.Equal("""{"data":{"__typename":"Query"}}""", (await _gateway.PostAsync(JsonSerializer.Serialize(new { query, operationName = "Q" }))).Body);
    }

    [Theory]
    [InlineData("\"d\" { __typename }")]
    [InlineData("\"d\"")]
    [InlineData("\"d\" \"e\" query { __typename }")]
    [InlineData("query \"d\" { __typename }")]
    [InlineData("query \"d\" fragment { __typename }")]
    [InlineData("{ \"d\" __typename }")]
    [InlineData("{ ... \"d\" on Query { __typename } }")]
    [InlineData("query Q(\"d\") { __typename }")]
    [InlineData("query Q($a: \"d\" ID) { __typename }")]
    [InlineData("query Q(\"d\" \"e\" $a: ID) { __typename }")]
    [InlineData("query Q($a: ID \"d\") { __typename }")]
    [InlineData("{ product(\"d\" id: 1) { id } }")]
    public async Task Elsewhere_a_string_is_a_syntax_error(string query)
    {
        Assert.Equal("GRAPHQL_PARSE_FAILED", (await _gateway.QueryAsync(query)).Code);
    }

    [Fact]
    public async Task What_stands_behind_them_keeps_its_place()
    {
        var answer = await _gateway.QueryAsync("\"\"\"\n\"\"\" query { nothing }");

        Assert.Equal("""[{"line":2,"column":13}]""", answer.Error.GetProperty("locations").GetRawText());
    }

    // 2.10.4
    [Theory]
    [InlineData("\\u{50}roduct")]
    [InlineData("\\u0050roduct")]
    public async Task Escapes_in_strings_are_read(string name)
    {
        Assert.Equal("""{"data":{"__type":{"name":"Product"}}}""", (await _gateway.QueryAsync($"{{ __type(name: \"{name}\") {{ name }} }}")).Body);
    }
}
