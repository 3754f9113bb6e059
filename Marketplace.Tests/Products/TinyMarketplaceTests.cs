using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What a new marketplace costs: a source, made of public members alone.</summary>
[Collection(Pipeline.Name)]
public class TinyMarketplaceTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_with_one_method_makes_a_whole_service()
    {
        var name = servers.TakeMarketplace();
        await using var service = await ProductProcess.LaunchAsync(servers, name, builder => builder.Services.AddSingleton<IProductSource>(new TinyMarketplace(name)));
        await Wait.UntilAsync(async () => (await service.Http.GetAsync("/health", Cancel)).IsSuccessStatusCode, "the service is ready");
        await using var asker = await Asker.StartAsync(servers, name);

        var asked = await asker.AskAsync("pen");
        var announced = await asker.HearAsync("pen", version: 1);
        var read = await service.Http.GetFromJsonAsync("/products/pen", ContractsJson.Default.Product, Cancel);
        using var search = await service.Http.GetAsync("/search?q=pen", Cancel);

        Assert.Equal(ProductSource.External, asked.Source);
        Assert.Equivalent(asked.Product, announced, strict: true);
        Assert.Equivalent(asked.Product, read, strict: true);
        Assert.Equal(ReplyStatus.NotFound, (await asker.AskAsync("nothing")).Status);
        Assert.Equal(HttpStatusCode.NotImplemented, search.StatusCode);
    }

    private sealed class TinyMarketplace(string name) : IProductSource
    {
        public Task<Product?> GetAsync(string id, CancellationToken cancellationToken) => Task.FromResult(
            id == "pen" ? new Product { Id = id, Marketplace = name, Title = "Pen", Price = new Money(3.50m, "EUR"), FetchedAt = DateTimeOffset.UtcNow } : null);
    }
}
