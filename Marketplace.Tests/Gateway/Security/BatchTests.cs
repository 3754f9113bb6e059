using System.Net;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

public sealed class BatchTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private const string Query = """{"query":"{ __typename }"}""";
    private const string Expected = """{"data":{"__typename":"Query"}}""";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Fact]
    public async Task A_batch_is_answered_request_by_request_in_its_order()
    {
        var answer = await _gateway.PostAsync(" [ " + Query + """ , {"query":"query($n: String!) { __type(name: $n) { name } }","variables":{"n":"Product"}}, {"query":"{ nothing }"} ] """);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.StartsWith("[" + Expected + """,{"data":{"__type":{"name":"Product"}}},{"errors":[{""", answer.Body);
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", answer.Json[2].GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_batch_beyond_the_limit_is_refused_with_the_limit()
    {
        var largest = await _gateway.PostAsync($"[{string.Join(',', Enumerable.Repeat(Query, 10))}]");
        var larger = await _gateway.PostAsync($"[{string.Join(',', Enumerable.Repeat(Query, 11))}]");

        Assert.Equal(10, largest.Json.GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, larger.Status);
        Assert.Equal("QUERY_TOO_COMPLEX", larger.Code);
        Assert.Equal(10, larger.Error.GetProperty("extensions").GetProperty("allowed").GetInt32());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    [InlineData("""[{"query":1}]""")]
    [InlineData("""[{"query":"{ __typename }"},]""")]
    [InlineData("""[{"query":"{ __typename }"}""")]
    [InlineData("""[{"query":"{ __typename }"}] []""")]
    public async Task What_is_no_batch_is_refused(string body)
    {
        var answer = await _gateway.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("BAD_REQUEST", answer.Code);
    }

    [Fact]
    public async Task A_subscription_in_a_batch_is_refused()
    {
        var answer = await _gateway.PostAsync($$$"""[{"query":"subscription { productPersisted(marketplace: EBAY) { id } }"},{{{Query}}}]""", accept: "application/json, text/event-stream");

        Assert.Equal("BAD_REQUEST", answer.Json[0].GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(Expected, answer.Json[1].GetRawText());
    }
}
