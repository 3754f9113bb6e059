using Grpc.Core;
using Grpc.Net.Client;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Products.Reading;
using Marketplace.Products.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;
using Client = Marketplace.Products.V1.Products.ProductsClient;
using Status = Marketplace.Products.V1.Status;

namespace Marketplace.Tests.Products;

/// <summary>Work that nobody waits for any more: the marketplace is not asked, unless it is being asked already.</summary>
[Collection(Pipeline.Name)]
public class AbandonedReadTests(PipelineServers servers)
{
    /// <summary>How many questions are asked at a time; further ones wait.</summary>
    private const int AtATime = 64;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_is_cancelled_over_gRPC_before_its_turn_is_not_made()
    {
        var (marketplace, answers) = Stuck();
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var client = new Client(channel);
        var others = client.GetAsync(new GetRequest { Ids = { Enumerable.Range(1, AtATime).Select(number => $"{number}") } }, cancellationToken: Cancel).ResponseAsync;
        await Wait.UntilAsync(() => marketplace.Calls == AtATime, "all that may be asked at a time are");

        using var leaving = new CancellationTokenSource();
        var abandoned = client.GetAsync(new GetRequest { Ids = { "100" } }, cancellationToken: leaving.Token).ResponseAsync;
        await HasLeaseAsync(marketplace.Name, "100", true);
        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => abandoned);
        await HasLeaseAsync(marketplace.Name, "100", false);
        answers.SetResult("there");

        Assert.All((await others).Results, result => Assert.NotEqual(Status.Failed, result.Status)); // so that it was its turn
        Assert.Equal(0, marketplace.CallsOf("100"));
    }

    [Fact]
    public async Task A_command_whose_deadline_passes_before_its_turn_costs_no_call()
    {
        var (marketplace, answers) = Stuck();
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        var others = await AskForAllAsync(service, marketplace);

        var late = asker.AskAsync("late", timeoutSeconds: 2);
        await HasLeaseAsync(marketplace.Name, "late", true);
        await Task.WhenAny(late); // the service says that it is late, or the asker finds it out alone
        await HasLeaseAsync(marketplace.Name, "late", false);
        answers.SetResult("late");
        await Task.WhenAll(others);

        Assert.Equal(0, marketplace.CallsOf("late"));
    }

    [Fact]
    public async Task Who_leaves_takes_nothing_from_who_waits_for_the_same()
    {
        var (marketplace, answers) = Stuck();
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var others = await AskForAllAsync(service, marketplace);

        var reader = service.Services.GetRequiredService<ServiceProductReader>();
        using var leaving = new CancellationTokenSource();
        var first = await ReadAsync(leaving.Token);
        var second = await ReadAsync(Cancel);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answers.SetResult("there");

        Assert.Equal(ReplyStatus.Found, (await second).Status);
        await Task.WhenAll(others);
        Assert.Equal(1, marketplace.CallsOf("shared"));

        async Task<Task<ProductRead>> ReadAsync(CancellationToken leaves) =>
            (await reader.ReadAsync([new ReadRequest("shared", null, TimeSpan.FromMinutes(1), leaves)]))[0].AsTask();
    }

    [Fact]
    public async Task An_answer_under_way_is_kept_though_nobody_waits_for_it()
    {
        var (marketplace, answers) = Stuck();
        await using var service = await ProductProcess.StartAsync(servers, marketplace);

        using var leaving = new CancellationTokenSource();
        var read = service.Http.GetStringAsync("/products/1", leaving.Token);
        await Wait.UntilAsync(() => marketplace.CallsOf("1") == 1, "it is asked for");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        answers.SetResult("kept");

        Assert.Contains("kept", await service.Http.GetStringAsync("/products/1", Cancel), StringComparison.Ordinal);
        Assert.Equal(1, marketplace.CallsOf("1"));
    }

    [Fact]
    public async Task An_abandoned_search_is_not_made_and_begins_no_further_page()
    {
        var (marketplace, answers) = Stuck();
        marketplace.Hits = _ => 400;
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var others = await AskForAllAsync(service, marketplace);

        using var leaving = new CancellationTokenSource();
        var search = service.Http.GetStringAsync("/search?q=laptop&limit=100", leaving.Token);
        await HasKeyAsync($"{marketplace.Name}:lease:{{{marketplace.Name}:search:0:laptop}}", true);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        await HasKeyAsync($"{marketplace.Name}:lease:{{{marketplace.Name}:search:0:laptop}}", false);
        answers.SetResult("there");
        await Task.WhenAll(others);

        Assert.Empty(marketplace.Searches);
    }

    [Fact]
    public async Task An_abandoned_read_leaves_its_place_in_a_shared_call_to_others()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(
            servers, marketplace.Name, builder => builder.Services.AddSingleton<IProductSource>(marketplace).AddSingleton<TimeProvider>(time),
            ("Products:CallsPerSecond", "0.25"), ("ConnectionStrings:redis", "127.0.0.1:1,abortConnect=false,connectTimeout=100"));
        var calls = service.Services.GetRequiredService<SourceReader>();
        var limit = TimeSpan.FromSeconds(10);
        await calls.GetAsync("first", limit, isRefresh: false, Cancel);

        using var leaving = new CancellationTokenSource();
        var abandoned = calls.GetAsync("abandoned", limit, isRefresh: false, leaving.Token);
        var shared = calls.GetAsync("shared", limit, isRefresh: false, leaving.Token);
        var alsoShared = calls.GetAsync("shared", limit, isRefresh: false, Cancel);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await Wait.UntilAsync(time, TimeSpan.FromMilliseconds(100), () => alsoShared.IsCompleted, "the next call is made");

        Assert.Equal("Product shared", (await alsoShared)?.Title);
        Assert.Equal("Product shared", (await shared)?.Title);
        Assert.Equal([["first"], ["shared"]], marketplace.Calls);
    }

    // Its answers come when the test says so.
    private (TestMarketplace Marketplace, TaskCompletionSource<string?> Answers) Stuck()
    {
        var answers = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => answers.Task }, answers);
    }

    private static async Task<Task<string>[]> AskForAllAsync(ProductProcess service, TestMarketplace marketplace)
    {
        var asked = Enumerable.Range(1, AtATime).Select(number => service.Http.GetStringAsync($"/products/{number}", Cancel)).ToArray();
        await Wait.UntilAsync(() => marketplace.Calls == AtATime, "all that may be asked at a time are");
        return asked;
    }

    private Task HasLeaseAsync(string marketplace, string id, bool has) => HasKeyAsync($"{marketplace}:lease:{{{CachedProduct.Key(marketplace, id)}}}", has);

    private async Task HasKeyAsync(RedisKey key, bool has)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        await Wait.UntilAsync(async () => await redis.GetDatabase().KeyExistsAsync(key) == has, $"{key} is {(has ? "" : "not ")}there");
    }
}
