using Marketplace.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Where answers come from, over real Kafka, Redis and Postgres.</summary>
[Collection(Pipeline.Name)]
public class ReadPathTests(PipelineServers servers)
{
    [Fact]
    public async Task A_product_comes_from_the_marketplace_then_from_Redis_then_from_Postgres()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var fetched = await asker.AskAsync("a|1");
        var cached = await asker.AskAsync("a|1");
        await Behind.ForgetAsync(servers, marketplace.Name, "a|1");
        var stored = await asker.AskAsync("a|1");
        var heard = await asker.HearAsync("a|1", version: 1);

        Assert.Equal((ReplyStatus.Found, ProductSource.External), (fetched.Status, fetched.Source));
        Assert.Equal(ProductSource.Cache, cached.Source);
        Assert.Equal(ProductSource.Database, stored.Source);
        Assert.Equal("Product a|1", fetched.Product!.Title);
        Assert.Equal(1, fetched.Product.Version);
        Assert.Equivalent(fetched.Product, cached.Product, strict: true);
        Assert.Equivalent(fetched.Product, stored.Product, strict: true);
        Assert.Equivalent(fetched.Product, heard, strict: true);
        Assert.Equal(1, marketplace.Calls);
    }

    [Fact]
    public async Task A_thousand_askers_of_two_instances_cost_one_call_one_row_and_one_event()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var one = await ProductProcess.StartAsync(servers, marketplace);
        await using var two = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        // Over HTTP as well, so that both instances have the same cold id to read whatever partitions they were given.
        var replies = Task.WhenAll(Enumerable.Range(0, 900).Select(_ => asker.AskAsync("cold", timeoutSeconds: 60)));
        var responses = Task.WhenAll(Enumerable.Range(0, 100).Select(number => (number % 2 == 0 ? one : two).Http.GetStringAsync("/products/cold", TestContext.Current.CancellationToken)));

        Assert.All(await replies, reply => Assert.Equal("cold", reply.Product?.Id));
        Assert.Single((await responses).Distinct());
        Assert.Equal(1, marketplace.Calls);
        Assert.Equal(1L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT sum(version)::bigint FROM products"));
        await asker.HearAsync("cold", version: 1);
        await Wait.UntilAsync(async () => await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM outbox") == 0, "the outbox is empty");
        Assert.Single(asker.Events);
    }

    [Fact]
    public async Task A_burst_of_cold_ids_is_read_without_mistaking_one_for_another()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var replies = await Task.WhenAll(Enumerable.Range(0, 300).Select(async number => (Id: $"p{number % 100}", Reply: await asker.AskAsync($"p{number % 100}", timeoutSeconds: 60))));

        Assert.All(replies, read => Assert.Equal((read.Id, $"Product {read.Id}"), (read.Reply.Product?.Id, read.Reply.Product?.Title)));
        Assert.Equal(100, marketplace.Calls);
    }

    [Fact]
    public async Task An_absent_product_is_asked_for_once()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => Task.FromResult<string?>(null) };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var first = await asker.AskAsync("gone");
        var second = await asker.AskAsync("gone");

        Assert.Equal((ReplyStatus.NotFound, ProductSource.External), (first.Status, first.Source));
        Assert.Equal((ReplyStatus.NotFound, ProductSource.Cache), (second.Status, second.Source));
        Assert.Equal(1, marketplace.Calls);
        Assert.Equal(0L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM products"));
    }

    [Fact]
    public async Task A_stale_product_is_served_at_once_and_refreshed_once()
    {
        var freshFor = TimeSpan.FromSeconds(3);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var refreshed = new TaskCompletionSource();
        var title = "old";
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Now = time.GetUtcNow };
        marketplace.Answer = async (_, _) =>
        {
            if (marketplace.Calls > 1)
            {
                await refreshed.Task;
            }

            return title;
        };
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("x");
        title = "new";
        time.Advance(freshFor);

        // Until the refresh that the first stale answer begins is let through, everybody gets the old one.
        Assert.Equal("old", (await asker.AskAsync("x")).Product!.Title);
        await Wait.UntilAsync(() => marketplace.Calls > 1, "a refresh begins");
        var meanwhile = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => asker.AskAsync("x")));
        refreshed.SetResult();
        var heard = await asker.HearAsync("x", version: 2);

        Assert.All(meanwhile, reply => Assert.Equal("old", reply.Product!.Title));
        Assert.Equal(2, marketplace.Calls);
        Assert.Equal("new", heard.Title);
        Assert.Equal((2L, "new"), ((await asker.AskAsync("x")).Product!.Version, (await asker.AskAsync("x")).Product!.Title));

        Task<ProductProcess> StartAsync() => ProductProcess.StartAsync(
            servers,
            marketplace.Name,
            builder => builder.Services.AddSingleton<IProductSource>(marketplace).AddSingleton<TimeProvider>(time),
            ("Products:FreshFor", freshFor.ToString()));
    }

    [Fact]
    public async Task A_refresh_that_finds_nothing_new_is_no_new_version()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:FreshFor", "00:00:00.2"));
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        var first = await asker.AskAsync("same");

        await Wait.UntilAsync(async () => (await asker.AskAsync("same")).Product!.FetchedAt > first.Product!.FetchedAt, "it is refreshed");

        var last = await asker.AskAsync("same");
        Assert.Equal((1L, first.Product!.PersistedAt), (last.Product!.Version, last.Product.PersistedAt));
        Assert.Equal(0L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM outbox WHERE version > 1"));
        Assert.DoesNotContain(asker.Events, product => product.Version > 1);
    }

    [Fact]
    public async Task A_product_that_left_the_marketplace_is_absent_and_comes_back_with_a_higher_version()
    {
        var title = "here";
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => Task.FromResult<string?>(title) };
        (string, string)[] settings = [("Products:FreshFor", "00:00:00.1"), ("Products:KeepFor", "00:00:00.3"), ("Products:AbsentFor", "00:00:00.1")];
        await using var service = await ProductProcess.StartAsync(servers, marketplace, settings);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("x");

        title = null;
        await Wait.UntilAsync(async () => (await asker.AskAsync("x")).Status == ReplyStatus.NotFound, "it is gone");
        title = "here";
        await Wait.UntilAsync(async () => (await asker.AskAsync("x")).Status == ReplyStatus.Found, "it is back");

        Assert.Equal(3, (await asker.AskAsync("x")).Product!.Version); // 2 says that it was gone
    }

    [Fact]
    public async Task A_product_too_old_is_still_better_than_none_when_the_marketplace_fails()
    {
        var fails = false;
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (_, _) => fails ? throw ProductSourceException.Unavailable("closed") : Task.FromResult<string?>("old"),
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:FreshFor", "00:00:00.1"), ("Products:KeepFor", "00:00:00.2"));
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("x");
        fails = true;

        await Wait.UntilAsync(async () => (await asker.AskAsync("x")).Source == ProductSource.Database && marketplace.Calls > 1, "Redis has dropped it");

        Assert.Equal("old", (await asker.AskAsync("x")).Product!.Title);
    }

    [Fact]
    public async Task What_the_marketplace_refuses_is_an_error_with_its_code_and_wait()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (_, _) => throw ProductSourceException.RateLimited("too many", TimeSpan.FromSeconds(42)),
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var reply = await asker.AskAsync("x");

        Assert.Equal(ReplyStatus.Failed, reply.Status);
        Assert.Equal(new ReplyError(ReplyErrorCodes.RateLimited, "too many", 42_000), reply.Error);
    }

    [Fact]
    public async Task A_marketplace_that_hangs_is_reported_before_the_deadline()
    {
        var never = new TaskCompletionSource<string?>();
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => never.Task };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        // A RequestTimeoutException would mean that no answer came at all.
        var reply = await asker.AskAsync("x", timeoutSeconds: 5);

        Assert.Equal(ReplyErrorCodes.UpstreamTimeout, reply.Error?.Code);
        never.SetResult("late");
    }
}
