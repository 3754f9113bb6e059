using System.Text;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>What errors say, and how many there are.</summary>
public sealed class QueryErrorTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private readonly GatewayServer _gateway = fixture.Gateway;

    public static TheoryData<string> Misspelt =>
    [
        "{ getProductByIdd(id: 1) { id } }",
        "{ product(marketplace: EBAY, idd: 1) { id } }",
        "{ product(marketplace: EBAI, id: 1) { id } }",
        "{ getProductById(id: 1) { titel } }",
        "query($a: Markteplace) { __typename }",
        "query($a: Markteplace!) { product(marketplace: $a, id: 1) { id } }",
        "{ __typename @skp(if: true) }",
        "fragment f on Produkt { id } { getProductById(id: 1) { ...f } }",
        "mutation { refreshProdukt(marketplace: EBAY, id: 1) { id } }",
    ];

    [Theory]
    [MemberData(nameof(Misspelt))]
    public async Task Names_are_not_suggested_where_the_schema_is_not_shown(string query)
    {
        await using var production = await GatewayServer.StartAsync("Production");

        var answer = await production.QueryAsync(query);

        Assert.Contains("\"errors\"", answer.Body);
        Assert.DoesNotContain("Did you mean", answer.Body);
        Assert.All((string[])["getProductById'", "refreshProduct'", "title'", "EBAY'"], name => Assert.DoesNotContain($"'{name}", answer.Body));
    }

    [Fact]
    public async Task Names_are_suggested_where_the_schema_is_shown()
    {
        Assert.Contains("Did you mean 'getProductById'?", (await _gateway.QueryAsync("{ getProductByIdd(id: 1) { id } }")).Body);
    }

    [Theory]
    [InlineData("{ __typename {0} }", " @unknown{1}")]
    [InlineData("{ {0} }", " unknown{1}")]
    [InlineData("query({0}) { __typename }", " $v{1}: Nothing")]
    [InlineData("{ getProductById({0}) { id } }", " a{1}: 1")]
    [InlineData("{ __typename } {0}", " fragment f{1} on Product { id }")]
    public async Task Mistakes_beyond_the_limit_are_counted_only(string query, string mistake)
    {
        var mistakes = string.Concat(Enumerable.Range(0, 60).Select(i => mistake.Replace("{1}", $"{i}", StringComparison.Ordinal)));

        var answer = await _gateway.QueryAsync(query.Replace("{0}", mistakes, StringComparison.Ordinal));

        var errors = answer.Json.GetProperty("errors");
        Assert.Equal(11, errors.GetArrayLength());
        Assert.Matches("^[0-9]+ more errors are left out", errors[10].GetProperty("message").GetString());
        Assert.All(errors.EnumerateArray(), error => Assert.Equal("GRAPHQL_VALIDATION_FAILED", error.GetProperty("extensions").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Variables_that_do_not_fit_give_no_more_errors_than_other_mistakes()
    {
        var names = Enumerable.Range(0, 40).Select(i => $"v{i}").ToList();
        var query = $"query({string.Concat(names.Select(name => $"${name}: Boolean! "))}) {{ {string.Concat(names.Select(name => $"{name}: __typename @include(if: ${name}) "))} }}";

        var answer = await _gateway.QueryAsync(query, names.ToDictionary(name => name, _ => "x"));

        Assert.InRange(answer.Json.GetProperty("errors").GetArrayLength(), 1, 11);
        Assert.Contains("BAD_USER_INPUT", answer.Body);
    }

    [Theory]
    [InlineData("{ {0} }")]
    [InlineData("{ __typename @{0} }")]
    [InlineData("{ product(marketplace: {0}, id: 1) { id } }")]
    [InlineData("{ product(marketplace: \"{0}\", id: 1) { id } }")]
    [InlineData("query {0} { __typename } query {0} { __typename }")]
    [InlineData("{ getProductById(id: 1) { ...{0} } }")]
    public async Task An_error_does_not_send_back_a_long_text(string query)
    {
        var answer = await _gateway.QueryAsync(query.Replace("{0}", new string('x', 60_000), StringComparison.Ordinal));

        Assert.Contains("\"errors\"", answer.Body);
        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Body), 1, 8_000);
    }

    [Theory]
    [InlineData("{ {0} }", "__typename ", 10)]
    [InlineData("{ getProductById(id: 1) { {0} } }", "title ", 10)]
    [InlineData("{ getProductById(id: 1) { {0} } }", "... { title } ", 10)]
    [InlineData("{ getProductById(id: 1) { {0} } } fragment f on Product { title }", "...f ", 10)]
    [InlineData("{ getProductById(id: 1) { a: title {0} } }", "a: title ", 9)]
    [InlineData("fragment f on Product { {0} } { getProductById(id: 1) { ...f } }", "title ", 10)]
    public async Task A_field_is_written_so_often_in_one_selection_and_no_more(string query, string field, int allowed)
    {
        var most = await SendAsync(allowed);
        var more = await SendAsync(allowed + 1);
        var many = await SendAsync(600);

        Assert.DoesNotContain("QUERY_TOO_COMPLEX", most.Body);
        Assert.Equal(("repeats", 10), (more.Error.GetProperty("extensions").GetProperty("limit").GetString(), more.Error.GetProperty("extensions").GetProperty("allowed").GetInt32()));
        Assert.Equal("QUERY_TOO_COMPLEX", many.Code);

        Task<Answer> SendAsync(int times) => _gateway.QueryAsync(query.Replace("{0}", string.Concat(Enumerable.Repeat(field, times)), StringComparison.Ordinal));
    }
}
