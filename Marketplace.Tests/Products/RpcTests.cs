using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Products.V1;
using Xunit;
using Client = Marketplace.Products.V1.Products.ProductsClient;
using Status = Marketplace.Products.V1.Status;

namespace Marketplace.Tests.Products;

/// <summary>Products over gRPC, on a port that speaks HTTP/2 only.</summary>
[Collection(Pipeline.Name)]
public class RpcTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Products_are_answered_in_the_order_asked_each_with_its_own_outcome()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (id, _) => id switch
            {
                "absent" => Task.FromResult<string?>(null),
                "refused" => throw ProductSourceException.RateLimited("too many", TimeSpan.FromSeconds(42)),
                _ => Task.FromResult<string?>($"Product {id}"),
            },
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);

        var first = await new Client(channel).GetAsync(new GetRequest { Ids = { "b", "absent", "a", "refused", "b" } }, cancellationToken: Cancel);
        var second = await new Client(channel).GetAsync(new GetRequest { Ids = { "a" } }, cancellationToken: Cancel);

        Assert.Equal([Status.Found, Status.NotFound, Status.Found, Status.Failed, Status.Found], first.Results.Select(result => result.Status));
        Assert.Equal(["b", "a", "b"], first.Results.Where(result => result.Status == Status.Found).Select(result => Product(result).Id));
        Assert.Equal(new Error { Code = ReplyErrorCodes.RateLimited, Message = "too many", RetryAfterMs = 42_000 }, first.Results[3].Error);
        Assert.Equal((Source.External, Source.Cache), (first.Results[2].Source, second.Results[0].Source));
        Assert.Equal(first.Results[2].Product, second.Results[0].Product);
    }

    [Fact]
    public async Task A_request_that_is_none_is_refused()
    {
        await using var service = await ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace()));
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var client = new Client(channel);

        await RefusedAsync(client.GetAsync(new GetRequest(), cancellationToken: Cancel));
        await RefusedAsync(client.GetAsync(new GetRequest { Ids = { Enumerable.Range(0, 101).Select(number => $"{number}") } }, cancellationToken: Cancel));
        await RefusedAsync(client.GetAsync(new GetRequest { Ids = { "good", "b a d" } }, cancellationToken: Cancel));
        await RefusedAsync(client.RefreshAsync(new RefreshRequest(), cancellationToken: Cancel));

        static async Task RefusedAsync<T>(AsyncUnaryCall<T> call) =>
            Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task A_deadline_brings_what_is_known_by_then()
    {
        var never = new TaskCompletionSource<string?>();
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (id, _) => id == "hangs" ? never.Task : Task.FromResult<string?>(id) };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);

        var response = await new Client(channel).GetAsync(new GetRequest { Ids = { "there", "hangs" } }, deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: Cancel);

        Assert.Equal([Status.Found, Status.Failed], response.Results.Select(result => result.Status));
        Assert.Equal(ReplyErrorCodes.UpstreamTimeout, response.Results[1].Error.Code);
        never.SetResult(null);
    }

    [Fact]
    public async Task A_refresh_asks_the_marketplace_whatever_is_kept_and_everybody_reads_the_answer()
    {
        var title = "old";
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => Task.FromResult<string?>(title) };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        await asker.AskAsync("x");
        title = "new";

        var refreshed = await new Client(channel).RefreshAsync(new RefreshRequest { Id = "x" }, cancellationToken: Cancel);

        Assert.Equal((Status.Found, Source.External, 2L, "new"), (refreshed.Status, refreshed.Source, Product(refreshed).Version, Product(refreshed).Title));
        Assert.Equal("new", (await asker.AskAsync("x")).Product!.Title);
        Assert.Equal("new", (await asker.HearAsync("x", version: 2)).Title);
        Assert.Equal(2, marketplace.Calls);
    }

    [Fact]
    public async Task A_refresh_that_the_marketplace_refuses_is_an_error_and_what_is_kept_stays()
    {
        var fails = false;
        var marketplace = new TestMarketplace(servers.TakeMarketplace())
        {
            Answer = (_, _) => fails ? throw ProductSourceException.Unavailable("closed") : Task.FromResult<string?>("kept"),
        };
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var client = new Client(channel);
        await client.GetAsync(new GetRequest { Ids = { "x" } }, cancellationToken: Cancel);
        fails = true;

        var refreshed = await client.RefreshAsync(new RefreshRequest { Id = "x" }, cancellationToken: Cancel);
        var read = await client.GetAsync(new GetRequest { Ids = { "x" } }, cancellationToken: Cancel);

        Assert.Equal((Status.Failed, ReplyErrorCodes.UpstreamUnavailable), (refreshed.Status, refreshed.Error.Code));
        Assert.Equal((Status.Found, "kept"), (read.Results[0].Status, Product(read.Results[0]).Title));
    }

    [Fact]
    public async Task The_health_of_the_process_is_served_over_gRPC_too()
    {
        await using var service = await ProductProcess.StartAsync(servers, new TestMarketplace(servers.TakeMarketplace()));
        using var channel = GrpcChannel.ForAddress(service.Grpc);

        var health = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Cancel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    private static Product Product(ReadResult result) => JsonSerializer.Deserialize(result.Product.Span, ContractsJson.Default.Product)!;
}
