using System.Net;
using Marketplace.Products.Budget;
using Marketplace.Tests.Gateway;
using Marketplace.Tests.Hosting.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>
/// The pipeline on a Redis Cluster, which refuses commands and scripts with keys of several slots
/// (Redis Cluster specification, "Implemented subset": CROSSSLOT).
/// </summary>
[Collection(Pipeline.Name)]
public class RedisClusterTests(PipelineServers servers, RedisClusterNodes cluster) : IClassFixture<RedisClusterNodes>
{
    private static readonly string[] Ids = [.. Enumerable.Range(1, 30).Select(number => $"p{number}")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Products_of_different_slots_are_read_together_and_kept_and_counted()
    {
        cluster.Require();
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await StartServiceAsync(marketplace, ("Products:CallsPerSecond", "1000"));
        var budget = service.Services.GetRequiredService<CallBudget>();
        marketplace.Answer = async (id, _) =>
        {
            await budget.SpendAsync();
            return $"Product {id}";
        };
        await using (var gateway = await StartGatewayAsync(marketplace.Name))
        {
            Assert.Equal(Ids.Select(id => $"{id} EXTERNAL"), Found((await ProductsAsync(gateway, marketplace.Name)).Data.GetProperty("products")));
            Assert.Equal((Ids.Length, true), ((int)(await budget.ReadAsync()).Used, (await budget.ReadAsync()).IsShared));
        }

        await Wait.UntilAsync(async () => (await cluster.CountKeysAsync()).Sum() >= Ids.Length + 1, "all are kept");
        Assert.DoesNotContain(0, await cluster.CountKeysAsync());
        await using (var gateway = await StartGatewayAsync(marketplace.Name))
        {
            Assert.Equal(Ids.Select(id => $"{id} CACHE"), Found((await ProductsAsync(gateway, marketplace.Name)).Data.GetProperty("products")));
        }

        await using (var gateway = await StartGatewayAsync(marketplace.Name))
        {
            var entities = await gateway.QueryAsync(
                "query($of: [_Any!]!) { _entities(representations: $of) { ... on Product { id source } } }",
                new { of = Ids.Select(id => new { __typename = "Product", id, marketplace = marketplace.Name.ToUpperInvariant() }) });
            Assert.Equal(Ids.Select(id => $"{id} CACHE"), Found(entities.Data.GetProperty("_entities")));
        }

        await using (var gateway = await StartGatewayAsync(marketplace.Name))
        {
            var answers = await Task.WhenAll(Ids.Select(id => gateway.QueryAsync($"{{ product(marketplace: {marketplace.Name.ToUpperInvariant()}, id: \"{id}\") {{ id source }} }}")));
            Assert.Equal(Ids.Select(id => $"{id} CACHE"), answers.SelectMany(answer => Found(answer.Data.GetProperty("product"))));
        }

        using var listed = await service.Http.GetAsync($"/products?ids={string.Join(',', Ids)}", Cancel);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.Equal(Ids.Length, marketplace.Calls);
    }

    [Theory]
    [InlineData("a}b")]
    [InlineData("a{b}c")]
    public async Task Pages_of_searches_are_kept_whatever_they_are_for(string query)
    {
        cluster.Require();
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => 1 };
        await using var service = await StartServiceAsync(marketplace);

        var first = await service.Http.GetStringAsync($"/search?q={Uri.EscapeDataString(query)}", Cancel);

        Assert.Equal(first, await service.Http.GetStringAsync($"/search?q={Uri.EscapeDataString(query)}", Cancel));
        Assert.Single(marketplace.Searches);
    }

    [Fact]
    public async Task A_cluster_that_lost_a_server_is_reported_by_health_while_products_are_answered()
    {
        cluster.Require();
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await StartServiceAsync(marketplace);
        await using var gateway = await StartGatewayAsync(marketplace.Name);

        await cluster.KillOneAsync();
        await Wait.UntilAsync(() => IsReportedAsync("degraded"), "health reports it");
        var products = await ProductsAsync(gateway, marketplace.Name);
        using var listed = await service.Http.GetAsync($"/products?ids={string.Join(',', Ids)}", Cancel);
        await cluster.RestartOneAsync();

        Assert.Equal(Ids, products.Data.GetProperty("products").EnumerateArray().Select(product => product.GetProperty("id").GetString()));
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        await Wait.UntilAsync(() => IsReportedAsync("healthy"), "health reports that it is back");

        async Task<bool> IsReportedAsync(string status) =>
            (await service.Http.GetStringAsync("/health", Cancel)).Contains($"\"redis\":\"{status}\"", StringComparison.Ordinal)
            && (await gateway.Client.GetStringAsync("/health", Cancel)).Contains($"\"redis\":\"{status}\"", StringComparison.Ordinal);
    }

    private Task<ProductProcess> StartServiceAsync(TestMarketplace marketplace, params (string Key, string Value)[] settings) =>
        ProductProcess.StartAsync(servers, marketplace, [("ConnectionStrings:redis", cluster.Address), .. settings]);

    private async Task<GatewayServer> StartGatewayAsync(string marketplace)
    {
        var gateway = await GatewayServer.StartAsync(settings:
        [
            ("ConnectionStrings:kafka", servers.Kafka),
            ("ConnectionStrings:redis", cluster.Address),
            ("Gateway:Marketplaces:0", marketplace),
            ("Gateway:Timeout", "00:01:00"),
            (PipelineServers.FastFetches.Key, PipelineServers.FastFetches.Value!),
        ]);
        await Wait.UntilAsync(async () => (await gateway.SendAsync(HttpMethod.Get, "/health")).Status == HttpStatusCode.OK, "the gateway is ready");
        return gateway;
    }

    private static Task<Answer> ProductsAsync(GatewayServer gateway, string marketplace) =>
        gateway.QueryAsync($"query($ids: [ID!]!) {{ products(marketplace: {marketplace.ToUpperInvariant()}, ids: $ids) {{ id source }} }}", new { ids = Ids });

    private static IEnumerable<string> Found(System.Text.Json.JsonElement products) =>
        products.ValueKind == System.Text.Json.JsonValueKind.Array ? products.EnumerateArray().Select(Text) : [Text(products)];

    private static string Text(System.Text.Json.JsonElement product) => $"{product.GetProperty("id")} {product.GetProperty("source")}";
}
