using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Tests.EndToEnd;
using Marketplace.Tests.Gateway.Security;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>What persisted queries take of Redis.</summary>
public sealed class PersistedQueryStorageTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private const string Commented = "# What is this?\n\"A description.\"\nquery Q (\n  \"Whether.\" $if : Boolean = true\n) {\n  __typename @include ( if : $if )  # That.\n}\n";

    private (string, string) Setting => ("ConnectionStrings:redis", redis.Address);

    [Fact]
    public async Task A_text_is_kept_without_comments_and_blanks_and_known_to_other_instances()
    {
        await using var one = await GatewayServer.StartAsync(settings: [Setting]);
        await using var other = await GatewayServer.StartAsync(settings: [Setting]);

        await SendAsync(one, Commented);
        var stored = await StoredAsync(Commented);

        Assert.Equal("query Q($if:Boolean=true){__typename@include(if:$if)}", stored);
        Assert.Equal("""{"data":{"__typename":"Query"}}""", (await SendAsync(other, Commented, isNamedOnly: true)).Body);
    }

    [Fact]
    public async Task A_long_text_is_answered_and_not_kept()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [Setting]);
        await using var other = await GatewayServer.StartAsync(settings: [Setting]);
        var atMost = Long('a', 16 * 1024);
        var more = Long('b', (16 * 1024) + 1);

        Assert.Contains("\"data\"", (await SendAsync(gateway, atMost)).Body);
        Assert.Contains("\"data\"", (await SendAsync(gateway, more)).Body);

        Assert.NotNull(await StoredAsync(atMost));
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", (await SendAsync(gateway, more, isNamedOnly: true)).Code);
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", (await SendAsync(other, more, isNamedOnly: true)).Code);

        static string Long(char name, int length) => $"query {new string(name, length - "query {__typename}".Length)}{{__typename}}";
    }

    [Fact]
    public async Task A_client_has_so_many_texts_kept_in_a_minute_and_others_theirs()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [Setting, ("Gateway:RateLimit:NewQueriesPerMinute", "3"), ("Gateway:TrustedProxies:0", "127.0.0.1")]);
        (string, string) here = ("X-Forwarded-For", "203.0.113.1"), elsewhere = ("X-Forwarded-For", "203.0.113.2");
        var answers = new List<Answer>();
        for (var number = 0; number < 6; number++)
        {
            answers.Add(await SendFromAsync(gateway, $"query Flood{number} {{ __typename }}", here));
        }

        Assert.All(answers.Take(3), answer => Assert.Contains("\"data\"", answer.Body));
        Assert.Equal("RATE_LIMITED", answers[^1].Code);
        Assert.Contains("\"data\"", (await SendFromAsync(gateway, "query Flood0 { __typename }", here)).Body);
        Assert.Contains("\"data\"", (await SendFromAsync(gateway, "query Flood9 { __typename }", elsewhere)).Body);
    }

    [Fact]
    public async Task Beyond_the_day_s_quota_texts_are_known_to_their_instance_alone()
    {
        await using var gateway = await GatewayServer.StartAsync(settings: [Setting, ("Gateway:PersistedQueries:BytesPerDay", "0")]);
        await using var other = await GatewayServer.StartAsync(settings: [Setting]);
        const string Text = "query Beyond { __typename }";

        await SendAsync(gateway, Text);
        var bytes = await Eventually.GetAsync(async _ => await CountedAsync(), count => count > 0, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal("""{"data":{"__typename":"Query"}}""", (await SendAsync(gateway, Text, isNamedOnly: true)).Body);
        Assert.Equal("PERSISTED_QUERY_NOT_FOUND", (await SendAsync(other, Text, isNamedOnly: true)).Code);
        Assert.InRange(bytes, Text.Length, long.MaxValue);
    }

    private static Task<Answer> SendFromAsync(GatewayServer gateway, string text, (string, string) address) => gateway.SendAsync(
        HttpMethod.Post, "/graphql", content: new StringContent(JsonSerializer.Serialize(new { documentId = HashOf(text), query = text }), Encoding.UTF8, "application/json"), headers: address);

    private static Task<Answer> SendAsync(GatewayServer gateway, string text, bool isNamedOnly = false) =>
        gateway.PostAsync(isNamedOnly ? JsonSerializer.Serialize(new { documentId = HashOf(text) }) : JsonSerializer.Serialize(new { documentId = HashOf(text), query = text }));

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // It is written while the answer is already on its way.
    private async Task<string?> StoredAsync(string text)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        return await Eventually.GetAsync(
            async _ => (string?)await connection.GetDatabase().StringGetAsync($"gateway:persisted:{HashOf(text)}"), stored => stored is not null, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private async Task<long> CountedAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        return (long)await connection.GetDatabase().StringGetAsync($"gateway:persisted-bytes:{DateTime.UtcNow:yyyy-MM-dd}");
    }
}
