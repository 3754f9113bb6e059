using Marketplace.Contracts;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>A product that the marketplace has no more is announced as gone.</summary>
[Collection(Pipeline.Name)]
public class RemovalTests(PipelineServers servers)
{
    private static readonly (string, string)[] Eager = [("Products:FreshFor", "00:00:00.001"), ("Products:KeepFor", "00:00:00.002"), ("Products:AbsentFor", "00:00:00.001")];

    [Fact]
    public async Task It_is_announced_once_with_the_next_version_and_again_when_it_is_back()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Complete = product => product with { Ids = [product.Id, $"alias-{product.Id}"] } };
        await using var service = await ProductProcess.StartAsync(servers, marketplace, Eager);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("pen");
        await asker.HearAsync("pen", version: 1);

        marketplace.Answer = (_, _) => Task.FromResult<string?>(null);
        await ReadUntilAsync(asker, "pen", ReplyStatus.NotFound);
        var gone = await asker.HearAsync("pen", version: 2);
        var calls = marketplace.Calls;
        await asker.AskAsync("pen");
        await asker.AskAsync("never-there");
        Assert.True(marketplace.Calls > calls);
        marketplace.Answer = (_, _) => Task.FromResult<string?>("Product pen");
        await ReadUntilAsync(asker, "pen", ReplyStatus.Found);
        await asker.HearAsync("pen", version: 3);

        Assert.Equivalent(
            new Product
            {
                Id = "pen",
                Ids = ["pen", "alias-pen"],
                Marketplace = marketplace.Name,
                Title = "pen",
                Availability = new Availability("GONE", null),
                FetchedAt = gone.FetchedAt,
                PersistedAt = gone.PersistedAt,
                Version = 2,
            },
            gone,
            strict: true);
        Assert.Equal([("pen", 1), ("pen", 2), ("pen", 3)], asker.Events.Select(product => (product.Id, product.Version)).Distinct().Select(announced => (announced.Id, (int)announced.Version)));
        Assert.Equal(["product.persisted", "product.removed", "product.persisted"], asker.EventTypes.Take(3));
        Assert.Equal(0, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM products WHERE id = 'never-there'"));
    }

    [Fact]
    public async Task It_is_announced_when_its_content_could_be_kept_no_longer()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace, Eager);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("pen");
        await asker.HearAsync("pen", version: 1);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "UPDATE products SET content = NULL"); // as the sweep does

        marketplace.Answer = (_, _) => Task.FromResult<string?>(null);
        await ReadUntilAsync(asker, "pen", ReplyStatus.NotFound);

        Assert.Equal("GONE", (await asker.HearAsync("pen", version: 2)).Availability!.Status);
    }

    // Until the entry in Redis, which lasts for a moment, is over.
    private static Task ReadUntilAsync(Asker asker, string id, ReplyStatus status) =>
        Wait.UntilAsync(async () => (await asker.AskAsync(id)).Status == status, $"{id} is {status}");
}
