using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Marketplace.Tests.Gateway;

public sealed class PersistedDocumentTests : IDisposable
{
    private const string Query = "query Q { __typename }";
    private const string Expected = """{"data":{"__typename":"Query"}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trusted");

    [Fact]
    public async Task A_query_sent_once_with_its_hash_is_known_by_the_hash()
    {
        await using var gateway = await GatewayServer.StartAsync();

        var unknown = await gateway.PostAsync(Body(null, HashOf(Query)));
        var first = await gateway.PostAsync(Body(Query, HashOf(Query)));
        var known = await gateway.PostAsync(Body(null, HashOf(Query)));
        var extensions = Uri.EscapeDataString($$$"""{"persistedQuery":{"version":1,"sha256Hash":"{{{HashOf(Query)}}}"}}""");
        var got = await gateway.SendAsync(HttpMethod.Get, $"/graphql?extensions={extensions}");

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", unknown.Code);
        Assert.Equal("PersistedQueryNotFound", unknown.Error.GetProperty("message").GetString());
        Assert.All([first, known, got], answer => Assert.Equal(Expected, answer.Body));
    }

    // GraphQL over HTTP, appendix "Persisted Documents": documentId, sha256: before the digits. Relay's network layer sends doc_id,
    // and query: null. Code generators of today write the prefix into Apollo's form, too.
    [Theory]
    [InlineData("""{"documentId":"sha256:HASH"}""")]
    [InlineData("""{"documentId":"HASH","query":null,"operationName":null,"variables":null,"extensions":null}""")]
    [InlineData("""{"doc_id":"HASH","query":null}""")]
    [InlineData("""{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"sha256:HASH"}}}""")]
    [InlineData("""{"documentId":null,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"HASH"}}}""")]
    public async Task A_document_is_named_in_any_of_the_usual_forms(string body)
    {
        await using var gateway = await GatewayServer.StartAsync();
        body = body.Replace("HASH", HashOf(Query), StringComparison.Ordinal);
        var text = body.Contains("\"query\":null", StringComparison.Ordinal)
            ? body.Replace("\"query\":null", $"\"query\":\"{Query}\"", StringComparison.Ordinal)
            : $"{{\"query\":\"{Query}\",{body[1..]}";

        var unknown = await gateway.PostAsync(body);
        var first = await gateway.PostAsync(text);
        var known = await gateway.PostAsync(body);

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", unknown.Code);
        Assert.All([first, known], answer => Assert.Equal(Expected, answer.Body));
    }

    [Fact]
    public async Task A_hash_that_is_not_that_of_the_text_is_refused_and_not_kept()
    {
        await using var gateway = await GatewayServer.StartAsync();

        var refused = await gateway.PostAsync(Body("{ other: __typename }", HashOf(Query)));
        var afterwards = await gateway.PostAsync(Body(null, HashOf(Query)));

        Assert.Equal("BAD_REQUEST", refused.Code);
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", afterwards.Code);
    }

    [Fact]
    public async Task A_query_that_is_not_valid_is_not_kept()
    {
        await using var gateway = await GatewayServer.StartAsync();

        await gateway.PostAsync(Body("{ nothing }", HashOf("{ nothing }")));
        var afterwards = await gateway.PostAsync(Body(null, HashOf("{ nothing }")));

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", afterwards.Code);
    }

    [Fact]
    public async Task Where_only_registered_queries_are_allowed_others_are_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "q.graphql"), Query, TestContext.Current.CancellationToken);
        await using var gateway = await GatewayServer.StartAsync(settings: [("Gateway:TrustedDocuments:Folder", _folder.FullName), ("Gateway:TrustedDocuments:Only", "true")]);

        Assert.Equal(Expected, (await gateway.PostAsync(Body(null, HashOf(Query)))).Body);
        Assert.Equal(Expected, (await gateway.QueryAsync(Query)).Body);
        Assert.Equal("FORBIDDEN", (await gateway.QueryAsync("{ __typename }")).Code);
        Assert.Equal("FORBIDDEN", (await gateway.PostAsync(Body("{ __typename }", HashOf("{ __typename }")))).Code);
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", (await gateway.PostAsync(Body(null, HashOf("{ __typename }")))).Code);
    }

    [Theory]
    [InlineData("documentId")]
    [InlineData("doc_id")]
    public async Task A_document_is_named_in_the_address(string parameter)
    {
        await using var gateway = await GatewayServer.StartAsync();
        await gateway.PostAsync(Body(Query, HashOf(Query)));

        var got = await gateway.SendAsync(HttpMethod.Get, $"/graphql?{parameter}=sha256:{HashOf(Query)}&operationName=Q");
        var twice = await gateway.SendAsync(HttpMethod.Get, $"/graphql?{parameter}=a&{parameter}=b");

        Assert.Equal(Expected, got.Body);
        Assert.Equal("BAD_REQUEST", twice.Code);
    }

    // Neither Relay's default, an MD5, nor an application's own id is known here.
    [Theory]
    [InlineData("5a8dd3ad0756a93ded72b823b19dd877")]
    [InlineData("x-shop:product-page")]
    [InlineData("sha256:")]
    [InlineData("")]
    public async Task Another_document_id_is_not_found(string documentId)
    {
        await using var gateway = await GatewayServer.StartAsync();

        var alone = await gateway.PostAsync(JsonSerializer.Serialize(new { documentId }));
        var withText = await gateway.PostAsync(JsonSerializer.Serialize(new { documentId, query = Query }));
        var noText = await gateway.PostAsync("""{"documentId":1}""");

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", alone.Code);
        Assert.Equal("BAD_REQUEST", withText.Code);
        Assert.Equal(("BAD_REQUEST", "'documentId' must be a string or null."), (noText.Code, noText.Error.GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("", "\n")]
    [InlineData("\n", "")]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "")]
    [InlineData("\r\n", "\r\n")]
    [InlineData("\n\n", "")]
    public async Task A_registered_text_s_hash_does_not_depend_on_the_end_of_its_file(string endOfFile, string endOfText)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "q.graphql"), Query + endOfFile, TestContext.Current.CancellationToken);
        await using var gateway = await GatewayServer.StartAsync(settings: [("Gateway:TrustedDocuments:Folder", _folder.FullName), ("Gateway:TrustedDocuments:Only", "true")]);

        Assert.Equal(Expected, (await gateway.PostAsync(Body(null, HashOf(Query + endOfText)))).Body);
        Assert.Equal(Expected, (await gateway.QueryAsync(Query + endOfText)).Body);
    }

    [Fact]
    public async Task A_query_that_was_forgotten_is_kept_when_it_is_sent_again()
    {
        const string Read = "{ getProductById(id: 123) { id } }";
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts());
        await gateway.PostAsync(Body(Read, HashOf(Read)));
        foreach (var number in Enumerable.Range(0, 100))
        {
            var another = $"query Q{number}{new string('_', 15_000)} {{ __typename }}";
            await gateway.PostAsync(Body(another, HashOf(another)));
        }

        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", (await gateway.PostAsync(Body(null, HashOf(Read)))).Code);
        await gateway.PostAsync(Body(Read, HashOf(Read)));
        Assert.Equal("""{"data":{"getProductById":{"id":"123"}}}""", (await gateway.PostAsync(Body(null, HashOf(Read)))).Body);
    }

    [Theory]
    [InlineData("""{"extensions":{"persistedQuery":null}}""")]
    [InlineData("""{"extensions":{"persistedQuery":{"sha256Hash":1}}}""")]
    [InlineData("""{"extensions":{"persistedQuery":[{"sha256Hash":"a"}]}}""")]
    public async Task Extensions_of_another_form_name_no_query(string body)
    {
        await using var gateway = await GatewayServer.StartAsync();

        var answer = await gateway.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("BAD_REQUEST", answer.Code);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Body(string? query, string hash)
    {
        var extensions = new { persistedQuery = new { version = 1, sha256Hash = hash } };
        return query is null ? JsonSerializer.Serialize(new { extensions }) : JsonSerializer.Serialize(new { query, extensions });
    }

    private static string HashOf(string query) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)));
}
