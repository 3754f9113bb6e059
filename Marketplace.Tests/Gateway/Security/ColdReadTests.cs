using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Marketplace.Gateway.Products;
using Marketplace.Products.V1;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Gateway.Security;

/// <summary>How much that is not cached one client may ask for. Redis is away, so that each product has to come from the service.</summary>
public sealed class ColdReadTests
{
    private const string Read = "query($ids: [ID!]!) { products(marketplace: EBAY, ids: $ids) { id } }";
    private const string Search = "{ searchProducts(marketplace: EBAY, query: \"laptop\") { totalCount } }";

    private static readonly (string, string) Share = ("Gateway:RateLimit:ColdReadsPerMinute", "10");
    private static readonly (string, string) Proxy = ("Gateway:TrustedProxies:0", "127.0.0.1");
    private static readonly (string, string) Here = ("X-Forwarded-For", "203.0.113.1");
    private static readonly (string, string) Elsewhere = ("X-Forwarded-For", "203.0.113.2");

    [Fact]
    public async Task Two_large_requests_of_a_stranger_cost_the_marketplace_no_more_than_a_minute_s_share()
    {
        var asked = new ConcurrentDictionary<string, bool>();
        await using var service = await StartAsync(Source.External, asked);
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First"), ("Gateway:Timeout", "00:01:00")]);
        var started = Stopwatch.GetTimestamp();

        var first = await gateway.PostAsync(Batch(0));
        var second = await gateway.PostAsync(Batch(1));

        var refilled = (int)Math.Ceiling(Stopwatch.GetElapsedTime(started).TotalMinutes * 100);
        var errors = first.Json.EnumerateArray().Concat(second.Json.EnumerateArray()).Where(one => one.TryGetProperty("errors", out _)).SelectMany(one => one.GetProperty("errors").EnumerateArray()).ToList();
        Assert.InRange(asked.Count, 100, 100 + refilled);
        Assert.Equal(1308 - asked.Count, errors.Count);
        Assert.All(errors, error => Assert.Equal("RATE_LIMITED", error.GetProperty("extensions").GetProperty("code").GetString()));
        Assert.All(errors, error => Assert.InRange(error.GetProperty("extensions").GetProperty("retryAfterMs").GetInt64(), 1, 60_000));
        Assert.All(errors, error => Assert.Equal("products", error.GetProperty("path")[0].GetString()));

        static string Batch(int number) => JsonSerializer.Serialize(Enumerable.Range(number * 654, 654).Select(id => $"{id}").Chunk(82).Select(ids => new { query = Read, variables = new { ids } }));
    }

    [Fact]
    public async Task One_client_beyond_its_share_leaves_others_theirs()
    {
        await using var service = await StartAsync(Source.External);
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First"), ("Gateway:Timeout", "00:01:00"), Share, Proxy, .. Tokens.Settings, ("Gateway:RateLimit:ColdReadsPerMinuteWithToken", "50")]);

        Assert.InRange(await FoundAsync(gateway, 0, Here), 10, 15);
        Assert.InRange(await FoundAsync(gateway, 100, Here), 0, 5);
        Assert.InRange(await FoundAsync(gateway, 200, Elsewhere), 10, 15);
        Assert.InRange(await FoundAsync(gateway, 300, Here, ("Authorization", "Bearer " + Tokens.Create())), 50, 60);
    }

    [Theory]
    [InlineData("Cache")]
    [InlineData("Database")]
    public async Task What_the_service_has_is_not_counted(string source)
    {
        await using var service = await StartAsync(Enum.Parse<Source>(source));
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First"), ("Gateway:Timeout", "00:01:00"), Share]);

        for (var id = 0; id < 50; id++)
        {
            Assert.Equal($$$$"""{"data":{"getProductById":{"id":"{{{{id}}}}"}}}""", (await gateway.QueryAsync($"{{ getProductById(id: {id}) {{ id }} }}")).Body);
        }
    }

    [Fact]
    public async Task What_is_in_memory_is_served_to_who_has_used_up_its_share()
    {
        await using var service = await StartAsync(Source.External);
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:GrpcReads", "First"), ("Gateway:Timeout", "00:01:00"), Share]);
        var cache = gateway.Services.GetRequiredService<LocalProductCache>();
        var key = new ProductKey("ebay", "kept");
        cache.Add(key, SampleProducts.Parse("""{"id":"kept","title":"t","fetchedAt":"2026-01-01T00:00:00Z"}"""), long.MaxValue, cache.Epoch(key));

        await FoundAsync(gateway, 0);
        var answer = await gateway.QueryAsync(Read, new { ids = (string[])["kept", .. Enumerable.Range(100, 99).Select(id => $"{id}")] });

        Assert.Equal("kept", answer.Data.GetProperty("products")[0].GetProperty("id").GetString());
        Assert.Contains("RATE_LIMITED", answer.Body);
    }

    [Theory]
    [InlineData(1, 10, true)]
    [InlineData(5, 2, true)]
    [InlineData(0, 20, false)]
    public async Task A_search_counts_as_the_calls_to_the_marketplace_that_it_takes(int calls, int least, bool counts)
    {
        await using var service = await StartAsync(Source.External);
        service.OnSearch = _ => new SearchResponse { Total = 1, Calls = calls };
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:Timeout", "00:01:00"), Share]);

        var answers = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add((await gateway.QueryAsync(Search)).Body);
        }

        Assert.DoesNotContain("RATE_LIMITED", string.Concat(answers.Take(least)));
        Assert.Equal(counts, answers.Exists(answer => answer.Contains("RATE_LIMITED", StringComparison.Ordinal) && answer.Contains("retryAfterMs", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Products_read_anew_count()
    {
        await using var service = await StartAsync(Source.External);
        await using var gateway = await GatewayServer.StartAsync(settings: [service.Setting, ("Gateway:Timeout", "00:01:00"), .. Tokens.Settings, ("Gateway:RateLimit:ColdReadsPerMinuteWithToken", "10")]);

        var answers = new List<Answer>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add(await SendAsync(gateway, new { query = $"mutation {{ refreshProduct(marketplace: EBAY, id: {i}) {{ id }} }}" }, ("Authorization", "Bearer " + Tokens.Create())));
        }

        Assert.All(answers.Take(10), answer => Assert.DoesNotContain("errors", answer.Body));
        Assert.Contains(answers, answer => answer.Body.Contains("RATE_LIMITED", StringComparison.Ordinal));
    }

    private static async Task<int> FoundAsync(GatewayServer gateway, int from, params (string Name, string Value)[] headers)
    {
        var answer = await SendAsync(gateway, new { query = Read, variables = new { ids = Enumerable.Range(from, 100).Select(id => $"{id}") } }, headers);
        return answer.Data.GetProperty("products").EnumerateArray().Count(product => product.ValueKind == JsonValueKind.Object);
    }

    private static Task<Answer> SendAsync(GatewayServer gateway, object request, params (string Name, string Value)[] headers) =>
        gateway.SendAsync(HttpMethod.Post, "/graphql", content: new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"), headers: headers);

    private static async Task<ScriptedService> StartAsync(Source source, ConcurrentDictionary<string, bool>? asked = null)
    {
        var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) =>
        {
            foreach (var id in request.Ids)
            {
                asked?.TryAdd(id, true);
            }

            return Task.FromResult(new GetResponse { Results = { request.Ids.Select(Result) } });
        };
        service.OnRefresh = request => Result(request.Id);
        return service;

        ReadResult Result(string id) => new()
        {
            Status = Status.Found,
            Source = source,
            Product = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(new { id, title = "t", fetchedAt = "2026-01-01T00:00:00Z" })),
        };
    }
}
