using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class TransportTests(TransportTests.Server fixture) : IClassFixture<TransportTests.Server>
{
    private const string Json = "application/json";
    private const string GraphQLResponse = "application/graphql-response+json";
    private const string Invalid = "{ nothingOfThatName }";

    private readonly GatewayServer _gateway = fixture.Gateway;

    [Theory]
    [InlineData(null, Json)]
    [InlineData("*/*", Json)]
    [InlineData("application/*", Json)]
    [InlineData("application/json", Json)]
    [InlineData("application/json; charset=utf-8", Json)]
    [InlineData("application/graphql-response+json", GraphQLResponse)]
    [InlineData("application/graphql-response+json, application/json;q=0.9", GraphQLResponse)]
    [InlineData("application/json, application/graphql-response+json", GraphQLResponse)]
    [InlineData("application/json, application/graphql-response+json;q=0.5", Json)]
    [InlineData("application/graphql-response+json;q=0, */*", Json)]
    [InlineData("text/html;q=0.5, application/json", Json)]
    public async Task The_answer_has_the_form_the_caller_prefers(string? accept, string expected)
    {
        var answer = await _gateway.QueryAsync("{ __typename }", accept: accept);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(expected, answer.MediaType);
        Assert.Equal("""{"data":{"__typename":"Query"}}""", answer.Body);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/png")]
    [InlineData("not a media type")]
    public async Task An_answer_nobody_asked_for_is_not_given(string accept)
    {
        var answer = await _gateway.QueryAsync("{ __typename }", accept: accept);

        Assert.Equal(HttpStatusCode.NotAcceptable, answer.Status);
        Assert.Equal("BAD_REQUEST", answer.Code);
    }

    [Theory]
    [InlineData("{")]
    [InlineData(Invalid)]
    [InlineData("query($id: ID!) { product(marketplace: EBAY, id: $id) { id } }")]
    [InlineData("query A { __typename } query B { __typename }")]
    public async Task The_newer_media_type_says_by_the_status_that_nothing_was_executed(string query)
    {
        var older = await _gateway.QueryAsync(query, accept: Json);
        var newer = await _gateway.QueryAsync(query, accept: GraphQLResponse);

        Assert.Equal(HttpStatusCode.OK, older.Status);
        Assert.Equal(HttpStatusCode.BadRequest, newer.Status);
        Assert.False(newer.Json.TryGetProperty("data", out _));
        Assert.False(older.Json.TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "object")]
    [InlineData("null", "object")]
    [InlineData("""{"query":"{ __typename }"} {}""", "not valid JSON")]
    [InlineData("""{"qurey":"{ __typename }"}""", "'query'")]
    [InlineData("""{"query":1}""", "'query'")]
    [InlineData("""{"query":"{ __typename }","operationName":1}""", "'operationName'")]
    [InlineData("""{"query":"{ __typename }","variables":[]}""", "'variables'")]
    [InlineData("""{"query":"{ __typename }","extensions":"x"}""", "'extensions'")]
    [InlineData("""{"query":"\ud800"}""", "Unicode")]
    [InlineData("""{"query":"query Q($id: ID!) { getProductById(id: $id) { id } }","variables":{"id\ud800":"1"}}""", "Unicode")]
    [InlineData("""{"query":"query Q($id: ID!) { getProductById(id: $id) { id } }","variables":{"id":["1", "\ud800"]}}""", "Unicode")]
    public async Task A_body_that_is_no_request_is_refused_with_the_reason(string body, string reason)
    {
        var answer = await _gateway.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("BAD_REQUEST", answer.Code);
        Assert.Contains(reason, answer.Error.GetProperty("message").GetString());
        Assert.Matches("^[0-9a-f]{32}$", answer.Error.GetProperty("extensions").GetProperty("traceId").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_body_that_a_foreign_page_could_post_unasked_is_refused(string contentType)
    {
        var answer = await _gateway.PostAsync("""{"query":"{ __typename }"}""", contentType: contentType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Equal("BAD_REQUEST", answer.Code);
    }

    [Fact]
    public async Task A_query_in_the_address_is_answered()
    {
        var query = Uri.EscapeDataString("query A($name: String!) { __type(name: $name) { name } } query B { __typename }");
        var variables = Uri.EscapeDataString("""{"name":"Product"}""");

        var answer = await _gateway.SendAsync(HttpMethod.Get, $"/graphql?query={query}&variables={variables}&operationName=A");

        Assert.Equal("""{"data":{"__type":{"name":"Product"}}}""", answer.Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?query=")]
    [InlineData("?query={__typename}&query={__typename}")]
    [InlineData("?query={__typename}&variables=[]")]
    [InlineData("?query={__typename}&variables={")]
    [InlineData("?query={__typename}&variables={}&variables={}")]
    [InlineData("?query={__typename}&extensions=1")]
    [InlineData("?extensions={\"\\ud800\":1}")]
    public async Task An_address_that_is_no_request_is_refused(string parameters)
    {
        var answer = await _gateway.SendAsync(HttpMethod.Get, "/graphql" + parameters);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("BAD_REQUEST", answer.Code);
    }

    [Fact]
    public async Task A_foreign_page_cannot_embed_an_answer()
    {
        var answer = await _gateway.SendAsync(HttpMethod.Get, "/graphql?query={__typename}", headers: [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("FORBIDDEN", answer.Code);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Other_methods_are_refused_with_those_allowed(string method)
    {
        var answer = await _gateway.SendAsync(new HttpMethod(method), "/graphql", content: new StringContent("{}"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("GET, POST", answer.Headers["Allow"]);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_with_the_limit()
    {
        await using var small = await GatewayServer.StartAsync(settings: ("Gateway:MaxRequestBytes", "1000"));

        var largest = await small.PostAsync("""{"query":"{ __typename }"}""".PadRight(1000));
        var larger = await small.PostAsync("""{"query":"{ __typename }"}""".PadRight(1001));

        Assert.Equal(HttpStatusCode.OK, largest.Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, larger.Status);
        Assert.Equal("BAD_REQUEST", larger.Code);
        Assert.Contains("1000 bytes", larger.Error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_body_that_comes_in_many_pieces_is_put_together()
    {
        var body = $$"""{"query":"{ __typename } #{{new string('x', 20_000)}}"}""";
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(_gateway.Client.BaseAddress!.Host, _gateway.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = tcp.GetStream();

        await WriteAsync($"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        foreach (var piece in body.Chunk(997))
        {
            await WriteAsync($"{piece.Length:x}\r\n{new string(piece)}\r\n");
        }

        await WriteAsync("0\r\n\r\n");
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 200", answer);
        Assert.EndsWith("""{"data":{"__typename":"Query"}}""", answer);

        async Task WriteAsync(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
    }

    public sealed class Server : IAsyncLifetime
    {
        internal GatewayServer Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayServer.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
