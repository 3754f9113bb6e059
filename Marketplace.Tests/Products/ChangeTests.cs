using System.Text.Json;
using Grpc.Net.Client;
using Marketplace.Contracts;
using Marketplace.Products.Reading;
using Marketplace.Products.V1;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Client = Marketplace.Products.V1.Products.ProductsClient;

namespace Marketplace.Tests.Products;

/// <summary>What makes a version and an event, and how long a listing with an end is kept.</summary>
[Collection(Pipeline.Name)]
public class ChangeTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversions_drift_is_shown_without_a_version_or_an_event()
    {
        var (converted, original) = (127.31m, 100m);
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Complete = product => product with { Price = new Money(converted, "USD"), PriceConvertedFrom = new Money(original, "GBP"), Seller = new Seller("s", (int)converted, 99) },
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var client = new Client(channel);

        await RefreshAsync();
        converted = 128.02m;
        var drifted = await RefreshAsync();
        var read = await asker.AskAsync("1");
        (converted, original) = (127.99m, 101m);
        var changed = await RefreshAsync();

        Assert.Equal((1, 128.02m), (drifted.Version, drifted.Price!.Amount));
        Assert.Equal((ProductSource.Cache, 128.02m), (read.Source, read.Product!.Price!.Amount));
        Assert.Equal((2, 127.99m), (changed.Version, changed.Price!.Amount));
        await asker.HearAsync("1", version: 2);
        Assert.Equal([1, 2], asker.Events.Select(product => product.Version));

        async Task<Product> RefreshAsync()
        {
            var answer = await client.RefreshAsync(new RefreshRequest { Id = "1" }, cancellationToken: Cancel);
            return JsonSerializer.Deserialize(answer.Product.Span, ContractsJson.Default.Product)!;
        }
    }

    [Fact]
    public async Task A_listing_is_cached_no_longer_than_it_lasts()
    {
        var end = DateTimeOffset.UtcNow.AddMinutes(2);
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Complete = product => product with { EndsAt = end } };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);

        await service.Http.GetStringAsync("/products/1", Cancel);

        var (entry, left) = (await service.Services.GetRequiredService<ServiceProductCache>().FindAsync("1"))!.Value;
        Assert.Equal(end.ToUnixTimeMilliseconds(), entry!.Value.FreshUntil);
        Assert.InRange(left!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
    }
}
