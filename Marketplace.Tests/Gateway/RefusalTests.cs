using System.Net;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>What is refused before anything is read: Redis and Kafka cannot be reached here.</summary>
public sealed class RefusalTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private readonly GatewayServer _gateway = fixture.Gateway;

    public static TheoryData<string> IdsOfAnotherForm => ["", " ", "a b", "ü", "a/b", "a\nb", "<script>", "{}", new string('1', 129)];

    [Theory]
    [MemberData(nameof(IdsOfAnotherForm))]
    public async Task An_id_of_another_form_is_refused_with_its_field_and_the_rule(string id)
    {
        var answer = await _gateway.QueryAsync("query($id: ID!) { getProductById(id: $id) { id } }", new { id });

        Assert.Equal("BAD_USER_INPUT", answer.Code);
        var extensions = answer.Error.GetProperty("extensions");
        Assert.Equal("id", extensions.GetProperty("field").GetString());
        Assert.Equal("1-128 characters of A-Z a-z 0-9 | _ - . :", extensions.GetProperty("rule").GetString());
        Assert.Equal("getProductById", answer.Error.GetProperty("path")[0].GetString());
        Assert.Equal(JsonValueKind.Null, answer.Data.GetProperty("getProductById").ValueKind);
    }

    [Fact]
    public async Task An_unknown_marketplace_is_refused()
    {
        var inText = await _gateway.QueryAsync("{ product(marketplace: AMAZON, id: 1) { id } }");
        var inVariable = await _gateway.QueryAsync("query($of: Marketplace!) { product(marketplace: $of, id: 1) { id } }", new { of = "AMAZON" });

        Assert.Equal("GRAPHQL_VALIDATION_FAILED", inText.Code);
        Assert.Equal("BAD_USER_INPUT", inVariable.Code);
    }

    [Theory]
    [InlineData("{", "GRAPHQL_PARSE_FAILED")]
    [InlineData("{ a \r b c( }", "GRAPHQL_PARSE_FAILED")]
    [InlineData("{ a \r \" }", "GRAPHQL_PARSE_FAILED")]
    [InlineData("{ a\r}", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("{ nothing }", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("{ getProductById { id } }", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE")]
    [InlineData("fragment f on Product { id }", "OPERATION_RESOLUTION_FAILURE")]
    [InlineData("", "OPERATION_RESOLUTION_FAILURE")]
    public async Task A_query_that_cannot_be_executed_is_refused_with_its_code(string query, string code)
    {
        var answer = await _gateway.QueryAsync(query);

        Assert.Equal(code, answer.Code);
    }

    [Fact]
    public async Task A_query_beyond_a_limit_is_refused_with_the_limit()
    {
        await RefusedAsync("tokens", "{ " + string.Concat(Enumerable.Repeat("__typename ", 2001)) + "}");
        await RefusedAsync("depth", Nest("{ __schema { types { ", "ofType { ", 20));
        await RefusedAsync("aliases", "{ " + string.Concat(Enumerable.Range(0, 51).Select(i => $"a{i}: __typename ")) + "}");
        await RefusedAsync("fields", Billion());
        await RefusedAsync("schemaLists", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }");
        await RefusedAsync("complexity", Lists(15, $"ids: [{Ids(100)}]"));
        await RefusedAsync("complexity", "{ " + string.Concat(Enumerable.Range(0, 17).Select(i => $"s{i}: searchProducts(marketplace: EBAY, query: \"a\", first: 100) {{ edges {{ cursor }} }} ")) + "}");
        await RefusedAsync("complexity", "{ " + string.Concat(Enumerable.Range(0, 50).Select(i => $"s{i}: searchProducts(marketplace: EBAY, query: \"a\") {{ edges {{ node {{ id title }} }} pageInfo {{ endCursor }} }} ")) + "}");

        async Task RefusedAsync(string limit, string query)
        {
            var answer = await _gateway.QueryAsync(query);
            Assert.Equal("QUERY_TOO_COMPLEX", answer.Code);
            Assert.Equal(limit, answer.Error.GetProperty("extensions").GetProperty("limit").GetString());
        }

        static string Ids(int count) => string.Join(',', Enumerable.Range(0, count));

        static string Lists(int count, string ids) =>
            "{ ...lists } fragment lists on Query { " + string.Concat(Enumerable.Range(0, count).Select(i => $"l{i}: products(marketplace: EBAY, {ids}) {{ id title brand }} ")) + "}";

        static string Nest(string start, string level, int times) =>
            start + string.Concat(Enumerable.Repeat(level, times)) + "name " + string.Concat(Enumerable.Repeat("} ", times + 3));

        // Each fragment spreads the next one ten times: 10^9 fields in a short text.
        static string Billion() =>
            "{ ...f0 } " + string.Concat(Enumerable.Range(0, 9).Select(i => $"fragment f{i} on Query {{ {string.Concat(Enumerable.Repeat($"...f{i + 1} ", 10))} }} "))
            + "fragment f9 on Query { __typename }";
    }

    [Fact]
    public async Task The_sizes_of_lists_count_wherever_they_are_given()
    {
        const string Variables = "query($ids: [ID!]!, $of: [_Any!]!, $first: Int = 100) { ";
        var products = string.Concat(Enumerable.Range(0, 20).Select(i => $"l{i}: products(marketplace: EBAY, ids: $ids) {{ id title }} "));
        var entities = string.Concat(Enumerable.Range(0, 20).Select(i => $"e{i}: _entities(representations: $of) {{ __typename ... on Product {{ id }} }} "));
        var found = string.Concat(Enumerable.Range(0, 8).Select(i => $"s{i}: searchProducts(marketplace: EBAY, query: \"a\", first: $first) {{ edges {{ node {{ id title brand location }} }} }} "));
        int[] some = [1, 2], many = [.. Enumerable.Range(0, 101)];
        var query = Variables + products + entities + found + "}";

        Assert.Equal("QUERY_TOO_COMPLEX", await CodeAsync(new { ids = many, of = some, first = 1 }));
        Assert.Equal("QUERY_TOO_COMPLEX", await CodeAsync(new { ids = some, of = many, first = 1 }));
        Assert.Equal("QUERY_TOO_COMPLEX", await CodeAsync(new { ids = some, of = some, first = 100 }));
        Assert.Equal("QUERY_TOO_COMPLEX", await CodeAsync(new { ids = some, of = some }));
        Assert.NotEqual("QUERY_TOO_COMPLEX", await CodeAsync(new { ids = some, of = some, first = 2 }));

        async Task<string?> CodeAsync(object variables) =>
            (await _gateway.QueryAsync(query, variables)).Json.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString();
    }

    [Fact]
    public async Task The_usual_query_for_the_whole_schema_is_within_the_limits()
    {
        var answer = await _gateway.QueryAsync("""
            query IntrospectionQuery { __schema { description queryType { name } mutationType { name } subscriptionType { name } types { ...FullType }
              directives { name description isRepeatable locations args { ...InputValue } } } }
            fragment FullType on __Type { kind name description specifiedByURL
              fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
              inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
              enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
            fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
            fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }
            """);

        Assert.False(answer.Json.TryGetProperty("errors", out _), answer.Body);
    }

    [Fact]
    public async Task Fragments_that_spread_each_other_are_refused()
    {
        var answer = await _gateway.QueryAsync("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(answer.Json.GetProperty("errors").EnumerateArray(), error => error.GetProperty("extensions").GetProperty("code").GetString() == "GRAPHQL_VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_service_that_does_not_answer_gives_a_typed_error_within_the_deadline()
    {
        var answer = await _gateway.QueryAsync("{ first: getProductById(id: 1) { id } other: product(marketplace: EBAY, id: \"2\") { id } }");

        var errors = answer.Json.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(["first", "other"], errors.Select(error => error.GetProperty("path")[0].GetString()!).Order());
        Assert.All(errors, error =>
        {
            Assert.Equal("UPSTREAM_TIMEOUT", error.GetProperty("extensions").GetProperty("code").GetString());
            Assert.Matches("^[0-9a-f]{32}$", error.GetProperty("extensions").GetProperty("traceId").GetString());
        });
        Assert.Equal("""{"first":null,"other":null}""", answer.Data.GetRawText());
    }
}
