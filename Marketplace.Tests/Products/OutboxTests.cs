using System.Text;
using Marketplace.Contracts;
using Marketplace.Products.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What is stored is announced: once a version, in order, whatever happens in between.</summary>
[Collection(Pipeline.Name)]
public class OutboxTests(PipelineServers servers)
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_older_fetch_never_overwrites_a_newer_one()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var store = service.Services.GetRequiredService<ProductStore>();
        await store.SaveAsync(Product("new", Time.AddSeconds(2)));

        var answer = await store.SaveAsync(Product("old", Time.AddSeconds(1)));

        Assert.Equal(1, answer.Version);
        Assert.Equal(Time.AddSeconds(2).UtcDateTime, answer.FetchedAt);
        Assert.Equivalent(answer, Assert.Single(await store.GetAsync(["x"], Cancel)), strict: true);
        Assert.Contains("new", Encoding.UTF8.GetString(answer.Content!), StringComparison.Ordinal);

        Product Product(string title, DateTimeOffset fetchedAt) => new() { Id = "x", Marketplace = marketplace.Name, Title = title, FetchedAt = fetchedAt };
    }

    [Fact]
    public async Task Writers_and_relays_of_several_instances_announce_every_version_once_and_in_order()
    {
        const int Versions = 40;
        string[] ids = ["a", "b", "c", "d", "e"];
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await using var one = await ProductProcess.StartAsync(servers, marketplace);
        await using var two = await ProductProcess.StartAsync(servers, marketplace);
        ProductStore[] stores = [one.Services.GetRequiredService<ProductStore>(), two.Services.GetRequiredService<ProductStore>()];

        // Each id is written by both instances at the same time; of every moment there is one product, so versions follow the moments.
        await Task.WhenAll(ids.Select(async id =>
        {
            for (var moment = 1; moment <= Versions; moment++)
            {
                var product = new Product { Id = id, Marketplace = marketplace.Name, Title = $"{moment}", FetchedAt = Time.AddSeconds(moment) };
                await Task.WhenAll(stores.Select(store => store.SaveAsync(product)));
            }
        }));
        foreach (var id in ids)
        {
            await asker.HearAsync(id, Versions);
        }

        foreach (var id in ids)
        {
            Assert.Equal(Enumerable.Range(1, Versions).Select(version => ((long)version, $"{version}")), asker.Events.Where(product => product.Id == id).Select(product => (product.Version, product.Title)));
        }

        await Wait.UntilAsync(async () => await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM outbox") == 0, "the outbox is empty");
    }

    [Fact]
    public async Task What_is_stored_at_the_same_time_shares_transactions_and_what_cannot_be_stored_fails_alone()
    {
        const int Count = 200;
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var store = service.Services.GetRequiredService<ProductStore>();

        var saves = Enumerable.Range(0, Count).Select(number => store.SaveAsync(Product($"{number}"))).ToList();
        var impossible = store.SaveAsync(Product("not\0text"));
        var twice = store.SaveAsync(Product("7") with { Title = "changed", FetchedAt = Time.AddSeconds(1) });

        Assert.Equal(Enumerable.Range(0, Count).Select(number => ($"{number}", 1L)), (await Task.WhenAll(saves)).Select(stored => (stored.Id, stored.Version)));
        Assert.Equal(PostgresErrorCodes.CharacterNotInRepertoire, (await Assert.ThrowsAsync<PostgresException>(() => impossible)).SqlState);
        Assert.Equal(2, (await twice).Version);
        Assert.InRange(await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(DISTINCT xmin::text) FROM products"), 2, Count - 50);
        await asker.HearAsync("7", version: 2);
        await Wait.UntilAsync(() => asker.Events.Count == Count + 1, "each version is announced");

        Product Product(string id) => new() { Id = id, Marketplace = marketplace.Name, Title = id, FetchedAt = Time };
    }

    [Fact]
    public async Task An_event_that_a_crash_left_behind_is_sent_by_the_next_instance()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await using (var first = await ProductProcess.StartAsync(servers, marketplace))
        {
            await first.Http.GetStringAsync("/products/1", Cancel);
            await asker.HearAsync("1", version: 1);
        }

        // Committed, and the process died before it was sent.
        await Behind.QueryAsync<object>(servers, marketplace.Name, "INSERT INTO outbox (product_id, version, fetched_at, persisted_at, content) SELECT id, 2, fetched_at, persisted_at, content FROM products");
        await using var next = await ProductProcess.StartAsync(servers, marketplace);

        Assert.Equal("Product 1", (await asker.HearAsync("1", version: 2)).Title);
    }
}
