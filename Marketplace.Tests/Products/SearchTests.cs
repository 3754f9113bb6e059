using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Products.V1;
using StackExchange.Redis;
using Xunit;
using Client = Marketplace.Products.V1.Products.ProductsClient;
using Condition = Marketplace.Products.V1.Condition;
using SearchFilter = Marketplace.Products.SearchFilter;
using V1SearchFilter = Marketplace.Products.V1.SearchFilter;

namespace Marketplace.Tests.Products;

/// <summary>Searches: what is found, how often the marketplace is asked, and what is left of it for later reads.</summary>
[Collection(Pipeline.Name)]
public class SearchTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Going_on_from_hit_to_hit_finds_every_one_once_whatever_the_limit()
    {
        const int Total = 123;
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => Total };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);

        foreach (var limit in (int[])[1, 7, 50, 100])
        {
            Assert.Equal(Enumerable.Range(0, Total).Select(number => $"thing-{number}"), await FindAllAsync(limit));
        }

        Assert.Equal(["thing@0", "thing@50", "thing@100"], marketplace.Searches);

        async Task<List<string?>> FindAllAsync(int limit)
        {
            var found = new List<string?>();
            var cursor = "";
            JsonElement page;
            do
            {
                page = await service.Http.GetFromJsonAsync<JsonElement>($"/search?q=thing&limit={limit}&cursor={cursor}", Cancel);
                var hits = page.GetProperty("hits").EnumerateArray().ToList();
                found.AddRange(hits.Select(hit => hit.GetProperty("product").GetProperty("id").GetString()));
                cursor = hits[^1].GetProperty("cursor").GetString();
                Assert.Equal(Total, page.GetProperty("total").GetInt32());
            }
            while (page.GetProperty("hasMore").GetBoolean());
            return found;
        }
    }

    [Fact]
    public async Task Those_who_search_for_the_same_at_once_cost_one_call_on_two_instances()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => 10 };
        await using var one = await ProductProcess.StartAsync(servers, marketplace);
        await using var two = await ProductProcess.StartAsync(servers, marketplace);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => (number % 2 == 0 ? one : two).Http.GetStringAsync("/search?q=%20the%20%20same%20", Cancel)));

        Assert.Single(answers.Distinct());
        Assert.Equal(["the same@0"], marketplace.Searches);
    }

    [Fact]
    public async Task Sparse_pages_cost_a_few_calls_and_the_next_search_goes_on_after_them()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = query => query == "sparse" ? 450 : 500, IsProduct = number => number % 100 == 7 };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);

        var first = await service.Http.GetFromJsonAsync<JsonElement>("/search?q=sparse&limit=100", Cancel);
        var callsOfFirst = marketplace.Searches.Count;
        var cursor = first.GetProperty("hits")[1].GetProperty("cursor").GetString();
        var second = await service.Http.GetFromJsonAsync<JsonElement>($"/search?q=sparse&limit=100&cursor={cursor}", Cancel);
        var third = await service.Http.GetFromJsonAsync<JsonElement>($"/search?q=sparse&limit=100&cursor={second.GetProperty("hits")[1].GetProperty("cursor").GetString()}", Cancel);

        Assert.Equal(4, callsOfFirst);
        Assert.Equal(["sparse-7", "sparse-107", "sparse-207", "sparse-307", "sparse-407"], new[] { first, second, third }.SelectMany(page => page.GetProperty("hits").EnumerateArray()).Select(hit => hit.GetProperty("product").GetProperty("id").GetString()));
        Assert.Equal([true, true, false], new[] { first, second, third }.Select(page => page.GetProperty("hasMore").GetBoolean()));
        Assert.Equal(9, marketplace.Searches.Count); // each page once
    }

    [Fact]
    public async Task Beyond_the_marketplaces_end_nothing_is_asked_and_nothing_is_kept()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => 10_000 };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        var beyond = Convert.ToBase64String("after:500"u8).TrimEnd('=');

        var page = await service.Http.GetFromJsonAsync<JsonElement>($"/search?q=far&cursor={beyond}", Cancel);

        Assert.Equal((0, false), (page.GetProperty("hits").GetArrayLength(), page.GetProperty("hasMore").GetBoolean()));
        Assert.Empty(marketplace.Searches);
        Assert.Empty(redis.GetServers().Single().Keys(pattern: $"{marketplace.Name}:search*"));
    }

    [Fact]
    public async Task A_search_that_the_marketplace_refuses_is_a_bad_request_with_its_reason()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => throw ProductSourceException.Refused("Too many hits.") };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);

        using var response = await service.Http.GetAsync("/search?q=x", Cancel);
        var refused = await Assert.ThrowsAsync<RpcException>(() => new Client(channel).SearchAsync(new SearchRequest { Query = "x", Limit = 1 }, cancellationToken: Cancel).ResponseAsync);

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, "BAD_USER_INPUT", "Too many hits."), (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));
        Assert.Equal((StatusCode.InvalidArgument, "Too many hits.", "query"), (refused.StatusCode, refused.Status.Detail, refused.Trailers.GetValue("refused")));
    }

    [Fact]
    public async Task Each_filter_is_a_search_of_its_own_over_both_protocols()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => 3 };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var filter = new V1SearchFilter { MinPriceHundredths = 1050, MaxPriceHundredths = 2000, Condition = Condition.Used, InStock = true };

        await service.Http.GetStringAsync("/search?q=x", Cancel);
        await service.Http.GetStringAsync("/search?q=x&minPrice=10.5&maxPrice=20&condition=Used&inStock=true", Cancel);
        await new Client(channel).SearchAsync(new SearchRequest { Query = "x", Limit = 1, Filter = filter }, cancellationToken: Cancel);
        await service.Http.GetStringAsync("/search?q=x&maxPrice=20", Cancel);
        using var refused = await service.Http.GetAsync("/search?q=x&minPrice=20&maxPrice=10", Cancel);

        Assert.Equal(
            ["x@0", $"x@0 {new SearchFilter(10.5m, 20m, ProductCondition.Used, InStock: true)}", $"x@0 {new SearchFilter(MaxPrice: 20m)}"],
            marketplace.Searches);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task What_a_marketplace_cannot_search_by_is_refused_by_its_name()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => throw ProductSourceException.Refused("Only new ones.", "condition") };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);

        var refused = await Assert.ThrowsAsync<RpcException>(() => new Client(channel).SearchAsync(new SearchRequest { Query = "x", Limit = 1, Filter = new V1SearchFilter { Condition = Condition.Used } }, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, "Only new ones.", "condition"), (refused.StatusCode, refused.Status.Detail, refused.Trailers.GetValue("refused")));
    }

    [Fact]
    public async Task The_same_is_found_over_gRPC()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => 60 };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var client = new Client(channel);

        var first = await client.SearchAsync(new SearchRequest { Query = "x", Limit = 55 }, cancellationToken: Cancel);
        var rest = await client.SearchAsync(new SearchRequest { Query = "x", Limit = 55, Cursor = first.Hits[^1].Cursor }, cancellationToken: Cancel);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.SearchAsync(new SearchRequest { Query = "x", Limit = 0 }, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal((55, true, 60L), (first.Hits.Count, first.HasMore, first.Total));
        Assert.Equal((5, false), (rest.Hits.Count, rest.HasMore));
        Assert.Equal("x-59", JsonSerializer.Deserialize(rest.Hits[^1].Product.Span, ContractsJson.Default.Product)!.Id);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task What_was_found_stands_in_for_a_product_only_while_the_marketplace_fails()
    {
        var fails = true;
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Hits = _ => 2,
            Answer = (id, _) => fails ? throw ProductSourceException.Unavailable("closed") : Task.FromResult<string?>($"Whole {id}"),
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:SearchFreshFor", "00:00:00.001"));
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await SearchAsync();
        var meanwhile = await asker.AskAsync("x-1");
        fails = false;
        var after = await asker.AskAsync("x-1");
        fails = true;
        await SearchAsync();
        await Behind.ForgetAsync(servers, marketplace.Name, "x-1");
        var later = await asker.AskAsync("x-1");

        Assert.Equal((ProductSource.Database, "Summary 1", 0L), (meanwhile.Source, meanwhile.Product!.Title, meanwhile.Product.Version));
        Assert.Equal((ProductSource.External, "Whole x-1", 1L), (after.Source, after.Product!.Title, after.Product.Version));
        Assert.Equal((ProductSource.Database, "Whole x-1"), (later.Source, later.Product!.Title));
        await asker.HearAsync("x-1", version: 1);
        Assert.Single(asker.Events);
        Assert.Equal("x-0", await Behind.QueryAsync<string>(servers, marketplace.Name, "SELECT string_agg(id, ',') FROM summaries"));

        // What is found is stored behind the answer: the first hit, never read whole, shows when.
        async Task SearchAsync()
        {
            const string Stored = "SELECT coalesce(max(fetched_at), '-infinity') FROM summaries WHERE id = 'x-0'";
            var before = await Behind.QueryAsync<DateTime>(servers, marketplace.Name, Stored);
            await service.Http.GetStringAsync("/search?q=x", Cancel);
            await Wait.UntilAsync(async () => await Behind.QueryAsync<DateTime>(servers, marketplace.Name, Stored) > before, "what was found is stored");
        }
    }

    [Fact]
    public async Task A_page_that_is_no_longer_fresh_is_answered_when_the_marketplace_fails()
    {
        var fails = false;
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Hits = _ => fails ? throw ProductSourceException.RateLimited("spent", TimeSpan.FromHours(1)) : 1 };
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:SearchFreshFor", "00:00:01"));
        await service.Http.GetStringAsync("/search?q=x", Cancel);
        fails = true;

        await Wait.UntilAsync(
            async () =>
            {
                Assert.Contains("x-0", await service.Http.GetStringAsync("/search?q=x", Cancel), StringComparison.Ordinal);
                return marketplace.Searches.Count > 1;
            },
            "the marketplace is asked again");
        using var other = await service.Http.GetAsync("/search?q=other", Cancel);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromHours(1)), (other.StatusCode, other.Headers.RetryAfter?.Delta));
    }
}
