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

    [Fact]
    public async Task A_query_that_was_forgotten_is_kept_when_it_is_sent_again()
    {
        const string Read = "{ getProductById(id: 123) { id } }";
        await using var gateway = await GatewayServer.StartAsync(reader: new KnownProducts());
        await gateway.PostAsync(Body(Read, HashOf(Read)));
        foreach (var number in Enumerable.Range(0, 100))
        {
            var another = $"{{ __typename }} #{number}{new string('-', 20_000)}";
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
