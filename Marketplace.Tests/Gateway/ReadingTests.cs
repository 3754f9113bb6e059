using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Marketplace.Contracts;
using Marketplace.Gateway.Options;
using Marketplace.Messaging;
using Marketplace.Products.V1;
using Marketplace.Tests.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Gateway;

/// <summary>The way of a read through the gateway's memory, Redis and Kafka.</summary>
[Collection(Pipeline.Name)]
public sealed class ReadingTests(PipelineServers servers)
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_product_comes_from_Redis_then_from_memory_until_a_newer_version_is_stored()
    {
        var marketplace = servers.TakeMarketplace();
        await using var gateway = await StartAsync(marketplace);
        await KeepAsync(gateway, marketplace, version: 1);

        Assert.Equal("1 CACHE", await ReadAsync(gateway));
        Assert.Equal("1 MEMORY", await ReadAsync(gateway));
        await KeepAsync(gateway, marketplace, version: 2);
        Assert.Equal("1 MEMORY", await ReadAsync(gateway));
        await AnnounceAsync(gateway, marketplace, version: 2);
        await Wait.UntilAsync(async () => await ReadAsync(gateway) == "2 MEMORY", "memory has the newer version");
        Assert.True(await Redis(gateway).KeyExistsAsync(CachedProduct.Key(marketplace, "1")));
    }

    [Fact]
    public async Task Reads_at_the_same_time_each_get_their_own_product()
    {
        const int Products = 100;
        var marketplace = servers.TakeMarketplace();
        await using var gateway = await StartAsync(marketplace);
        for (var id = 0; id < Products; id++)
        {
            await Redis(gateway).StringSetAsync(CachedProduct.Key(marketplace, $"{id}"), CachedProduct.Write(Json(marketplace, version: id), Later));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, Products).Select(id => gateway.QueryAsync($"{{ {One(marketplace, $"{id}")} {{ version source }} }}")));

        Assert.Equal(
            Enumerable.Range(0, Products).Select(id => $"{id} CACHE"),
            answers.Select(answer => answer.Data.GetProperty("product")).Select(product => $"{product.GetProperty("version")} {product.GetProperty("source")}"));
    }

    [Fact]
    public async Task Who_has_used_up_its_share_has_no_stale_product_refreshed_until_another_client_reads_it()
    {
        var asked = new ConcurrentQueue<string>();
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = (request, _) =>
        {
            foreach (var id in request.Ids)
            {
                asked.Enqueue(id);
            }

            return Task.FromResult(new GetResponse
            {
                Results = { request.Ids.Select(id => new ReadResult { Status = Status.Found, Source = Source.External, Product = ByteString.CopyFromUtf8($$"""{"id":"{{id}}","title":"{{id}}","fetchedAt":"2026-01-01T00:00:00Z"}""") }) },
            });
        };
        var marketplace = servers.TakeMarketplace();
        await using var gateway = await StartAsync(marketplace, service.Setting.Value, "First", ("Gateway:RateLimit:ColdReadsPerMinute", "1"), ("Gateway:TrustedProxies:0", "127.0.0.1"));
        await Redis(gateway).StringSetAsync(CachedProduct.Key(marketplace, "1"), CachedProduct.Write(Json(marketplace, version: 1), DateTimeOffset.UtcNow.AddMinutes(-1)));

        Assert.Equal("cold", await AskAsync("cold", "203.0.113.1"));
        Assert.Equal("t", await AskAsync("1", "203.0.113.1"));
        Assert.Equal("other", await AskAsync("other", "203.0.113.2"));
        Assert.Equal(["cold", "other"], asked);

        await Wait.UntilAsync(async () => await AskAsync("1", "203.0.113.3") == "t" && asked.Contains("1"), "the product is refreshed");

        async Task<string?> AskAsync(string id, string client)
        {
            var body = new StringContent(JsonSerializer.Serialize(new { query = $"{{ {One(marketplace, id)} {{ title }} }}" }), Encoding.UTF8, "application/json");
            return (await gateway.SendAsync(HttpMethod.Post, "/graphql", content: body, headers: ("X-Forwarded-For", client))).Data.GetProperty("product").GetProperty("title").GetString();
        }
    }

    [Fact]
    public async Task An_entry_of_Redis_older_than_what_is_stored_goes()
    {
        var marketplace = servers.TakeMarketplace();
        await using var gateway = await StartAsync(marketplace);
        await KeepAsync(gateway, marketplace, version: 1);

        await AnnounceAsync(gateway, marketplace, version: 2);

        await Wait.UntilAsync(async () => !await Redis(gateway).KeyExistsAsync(CachedProduct.Key(marketplace, "1")), "the old entry is gone");
    }

    [Fact]
    public async Task A_product_that_is_gone_is_forgotten_by_all_its_ids_and_an_entry_that_says_so_stays()
    {
        var marketplace = servers.TakeMarketplace();
        await using var gateway = await StartAsync(marketplace);
        await KeepAsync(gateway, marketplace, version: 1);
        await KeepAsync(gateway, marketplace, version: 1, id: "other");
        Assert.Equal(("1 CACHE", "1 MEMORY"), (await ReadAsync(gateway), await ReadAsync(gateway)));
        Assert.Equal("1 CACHE", await ReadAsync(gateway, "other"));

        // Its service had cached that it is gone, by the id it is stored by.
        await Redis(gateway).StringSetAsync(CachedProduct.Key(marketplace, "1"), CachedProduct.Write([], Later));
        await AnnounceAsync(gateway, marketplace, version: 2, MessageTypes.ProductRemoved);

        await Wait.UntilAsync(async () => await ReadAsync(gateway) == "null", "memory has forgotten it");
        await Wait.UntilAsync(async () => !await Redis(gateway).KeyExistsAsync(CachedProduct.Key(marketplace, "other")), "the other entry is gone");
        Assert.True(await Redis(gateway).KeyExistsAsync(CachedProduct.Key(marketplace, "1")));
        await KeepAsync(gateway, marketplace, version: 3);
        await AnnounceAsync(gateway, marketplace, version: 2, MessageTypes.ProductRemoved); // once more, late
        await AnnounceAsync(gateway, marketplace, version: 3);
        await Wait.UntilAsync(async () => await ReadAsync(gateway) == "3 MEMORY", "it is back");
    }

    [Fact]
    public async Task Subscribers_hear_that_a_product_is_gone_and_that_it_is_back()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(
            servers, marketplace, ("Products:FreshFor", "00:00:00.001"), ("Products:KeepFor", "00:00:00.002"), ("Products:AbsentFor", "00:00:00.001"));
        await using var gateway = await StartAsync(marketplace.Name, service.Grpc.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query = $"subscription {{ productPersisted(marketplace: {marketplace.Name.ToUpperInvariant()}, ids: [\"1\"]) {{ id version title descriptionTruncated availability {{ status }} }} }}" }),
            Headers = { Accept = { new("text/event-stream") } },
        };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        await ReadUntilAsync("Product 1");
        Assert.Equal(Event("""{"id":"1","version":1,"title":"Product 1","descriptionTruncated":false,"availability":null}"""), await NextAsync());
        marketplace.Answer = (_, _) => Task.FromResult<string?>(null);
        await ReadUntilAsync("null");
        Assert.Equal(Event("""{"id":"1","version":2,"title":"1","descriptionTruncated":false,"availability":{"status":"GONE"}}"""), await NextAsync());
        marketplace.Answer = (_, _) => Task.FromResult<string?>("Product 1");
        await ReadUntilAsync("Product 1");
        Assert.Equal(Event("""{"id":"1","version":3,"title":"Product 1","descriptionTruncated":false,"availability":null}"""), await NextAsync());

        static string Event(string product) => $$$"""data: {"data":{"productPersisted":{{{product}}}}}""";

        Task ReadUntilAsync(string answer) => Wait.UntilAsync(
            async () => (await gateway.QueryAsync($"{{ product(marketplace: {marketplace.Name.ToUpperInvariant()}, id: 1) {{ title }} }}")).Body.Contains(answer, StringComparison.Ordinal), answer);

        async Task<string> NextAsync()
        {
            string? line;
            do
            {
                line = await events.ReadLineAsync(Cancel);
            }
            while (line is not null && !line.StartsWith("data: {", StringComparison.Ordinal));
            return line!;
        }
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("First")]
    public async Task The_service_answers_over_Kafka_and_over_gRPC_alike(string instant)
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (id, _) => Task.FromResult(id == "absent" ? null : $"Product {id}"),
            Hits = _ => 3,
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var gateway = await StartAsync(marketplace.Name, service.Grpc.ToString(), instant);

        var read = await gateway.QueryAsync($"{{ found: {One(marketplace.Name, "a")} {{ title version source }} absent: {One(marketplace.Name, "absent")} {{ title }} }}");
        var page = await gateway.QueryAsync(Search(""));
        var next = await gateway.QueryAsync(Search($", after: \"{page.Data.GetProperty("searchProducts").GetProperty("pageInfo").GetProperty("endCursor")}\""));

        Assert.Equal("""{"data":{"found":{"title":"Product a","version":1,"source":"EXTERNAL"},"absent":null}}""", read.Body);
        Assert.Equal(["q-0", "q-1"], Found(page));
        Assert.Equal(["q-2"], Found(next));
        Assert.False(next.Data.GetProperty("searchProducts").GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());

        string Search(string after) =>
            $"{{ searchProducts(marketplace: {marketplace.Name.ToUpperInvariant()}, query: \"q\", first: 2{after}) {{ edges {{ node {{ id }} }} pageInfo {{ endCursor hasNextPage }} }} }}";

        static IEnumerable<string?> Found(Answer answer) =>
            answer.Data.GetProperty("searchProducts").GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("node").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_no_request_behind()
    {
        var marketplace = servers.TakeMarketplace();
        await using var gateway = await StartAsync(marketplace);
        var requests = gateway.Services.GetRequiredService<RequestClient>();
        using var client = new CancellationTokenSource();

        var asked = gateway.Client.GetAsync($"/graphql?query={Uri.EscapeDataString($"{{ {One(marketplace, "1")} {{ id }} }}")}", client.Token);
        await Wait.UntilAsync(() => requests.PendingCount == 1, "the request waits");
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Wait.UntilAsync(() => requests.PendingCount == 0, "its place is free");
    }

    [Fact]
    public async Task When_no_reply_comes_over_Kafka_the_answer_comes_over_gRPC_and_the_request_ends()
    {
        var marketplace = servers.TakeMarketplace();
        await using var service = await ScriptedService.StartAsync();
        service.OnGet = (_, _) => Task.FromResult(new GetResponse
        {
            Results = { new ReadResult { Status = Status.Found, Source = Source.Database, Product = ByteString.CopyFrom(Json(marketplace, 7)) } },
        });
        await using var gateway = await StartAsync(marketplace, service.Setting.Value);

        Assert.Equal("7 DATABASE", await ReadAsync(gateway));
        await Wait.UntilAsync(() => gateway.Services.GetRequiredService<RequestClient>().PendingCount == 0, "no request waits for Kafka");
    }

    private async Task<GatewayServer> StartAsync(string marketplace, string service = "http://127.0.0.1:1", string instant = "Hedge", params (string Key, string Value)[] settings)
    {
        var gateway = await GatewayServer.StartAsync(settings:
        [
            ("ConnectionStrings:kafka", servers.Kafka),
            ("ConnectionStrings:redis", servers.Redis),
            ("Gateway:Marketplaces:0", marketplace),
            ("Gateway:Timeout", "00:01:00"),
            ("Gateway:GrpcReads", instant),
            ($"services:{marketplace}:grpc:0", service),
            (PipelineServers.FastFetches.Key, PipelineServers.FastFetches.Value!),
            .. settings,
        ]);
        await Wait.UntilAsync(async () => (await gateway.SendAsync(HttpMethod.Get, "/health")).Status == HttpStatusCode.OK, "the gateway is ready");
        return gateway;
    }

    private static async Task<string> ReadAsync(GatewayServer gateway, string id = "1")
    {
        var product = (await gateway.QueryAsync($"{{ {One(Marketplace(gateway), id)} {{ version source }} }}")).Data.GetProperty("product");
        return product.ValueKind == JsonValueKind.Null ? "null" : $"{product.GetProperty("version")} {product.GetProperty("source")}";
    }

    private static string Marketplace(GatewayServer gateway) => gateway.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.Marketplaces[0];

    private static string One(string marketplace, string id) => $"product(marketplace: {marketplace.ToUpperInvariant()}, id: \"{id}\")";

    private static IDatabase Redis(GatewayServer gateway) => gateway.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    private static Task<bool> KeepAsync(GatewayServer gateway, string marketplace, int version, string id = "1") =>
        Redis(gateway).StringSetAsync(CachedProduct.Key(marketplace, id), CachedProduct.Write(Json(marketplace, version), Later));

    private static Task AnnounceAsync(GatewayServer gateway, string marketplace, int version, string type = MessageTypes.ProductPersisted) =>
        gateway.Services.GetRequiredService<MessageProducer>().SendAsync(
            new OutgoingMessage
            {
                Topic = Topics.ProductPersisted(marketplace),
                Type = type,
                Key = "1"u8.ToArray(),
                Body = Json(marketplace, version),
            },
            Cancel);

    private static byte[] Json(string marketplace, int version) =>
        Encoding.UTF8.GetBytes($$"""{"id":"1","ids":["1","other"],"marketplace":"{{marketplace}}","title":"t","fetchedAt":"2026-01-01T00:00:00Z","version":{{version}}}""");
}
