using Marketplace.Contracts;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Products that the marketplace knows by two ids: <c>1</c> and <c>alias-1</c>.</summary>
[Collection(Pipeline.Name)]
public class AliasTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whichever_id_is_given_there_is_one_call_one_row_and_one_event()
    {
        var marketplace = Start(product => product with { Ids = [product.Id, $"alias-{product.Id}"] });
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => asker.AskAsync(number % 2 == 0 ? "alias-1" : "1")));
        var cached = await asker.AskAsync("alias-1");

        Assert.Equal(Enumerable.Range(0, 20).Select(number => number % 2 == 0 ? "alias-1" : "1"), answers.Select(answer => answer.Product!.Id));
        Assert.Equal((ProductSource.Cache, "alias-1", 1L), (cached.Source, cached.Product!.Id, cached.Product.Version));
        Assert.Equal((1, 1), (marketplace.Calls, marketplace.CallsOf("1")));
        Assert.Equal("1", await Behind.QueryAsync<string>(servers, marketplace.Name, "SELECT string_agg(id, ',') FROM products"));
        Assert.Equal(["1", "alias-1"], (await asker.HearAsync("1", version: 1)).Ids);
        Assert.Single(asker.Events);
    }

    [Fact]
    public async Task Gateways_find_a_copy_by_the_other_id_for_as_long_as_the_product_is_fresh()
    {
        var marketplace = Start(product => product with { Ids = [product.Id, $"alias-{product.Id}"] });
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:FreshFor", "00:05:00"));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        await service.Http.GetStringAsync("/products/1", Cancel);

        await service.Http.GetStringAsync("/products/alias-1", Cancel);

        CachedProduct copy = default;
        await Wait.UntilAsync(async () => CachedProduct.TryRead((byte[]?)await redis.GetDatabase().StringGetAsync(CachedProduct.Key(marketplace.Name, "alias-1")), out copy), "the copy is there");
        Assert.StartsWith("{\"id\":\"alias-1\",\"ids\":[\"1\",\"alias-1\"]", System.Text.Encoding.UTF8.GetString(copy.Product.Span), StringComparison.Ordinal);
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(CachedProduct.Key(marketplace.Name, "alias-1")))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task An_id_that_the_product_does_not_have_is_absent()
    {
        var marketplace = Start(product => product with { Ids = [product.Id] });
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var first = await asker.AskAsync("alias-1");
        var product = await asker.AskAsync("1");
        var again = await asker.AskAsync("alias-1");

        Assert.Equal((ReplyStatus.NotFound, ReplyStatus.Found, ReplyStatus.NotFound), (first.Status, product.Status, again.Status));
        Assert.Equal(1, marketplace.Calls);
    }

    [Fact]
    public async Task What_was_stored_before_ids_were_named_answers_to_each()
    {
        var marketplace = Start(product => product);
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        Assert.Equal("alias-1", (await asker.AskAsync("alias-1")).Product!.Id);
    }

    [Fact]
    public async Task An_id_that_cannot_be_the_marketplaces_costs_nothing()
    {
        var marketplace = Start(product => product);
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);

        var answer = await asker.AskAsync("impossible");
        using var response = await service.Http.GetAsync("/products/impossible", Cancel);

        Assert.Equal((ReplyStatus.NotFound, System.Net.HttpStatusCode.NotFound), (answer.Status, response.StatusCode));
        Assert.Equal(0, marketplace.Calls);
        Assert.Empty(redis.GetServers().Single().Keys(pattern: $"{marketplace.Name}:*impossible*"));
    }

    private TestMarketplace Start(Func<Product, Product> complete) => new(servers.TakeMarketplace()) { Complete = complete };
}
