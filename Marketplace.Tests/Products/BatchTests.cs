using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Products.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Client = Marketplace.Products.V1.Products.ProductsClient;
using Status = Marketplace.Products.V1.Status;

namespace Marketplace.Tests.Products;

/// <summary>A marketplace that can be asked for several products in a call.</summary>
[Collection(Pipeline.Name)]
public sealed class BatchTests(PipelineServers servers) : IDisposable
{
    private static readonly string[] Hundred = [.. Enumerable.Range(0, 100).Select(number => $"{number}")];

    // It stands still, so nothing here is due to time.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly LogLines _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_thousand_callers_of_a_hundred_cold_products_cost_ten_calls()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        var grpc = new Client(channel);
        var answer = marketplace.Answer;
        var first = new TaskCompletionSource();
        marketplace.Answer = async ids =>
        {
            await first.Task;
            return await answer(ids);
        };

        // A read alone goes at once; what comes while it is under way goes together.
        var alone = service.Http.GetStringAsync("/products/alone", Cancel);
        await Wait.UntilAsync(() => marketplace.Calls.Count == 1, "the first call is under way");
        marketplace.Answer = answer;
        var rest = Enumerable.Range(0, 400).Select(number => service.Http.GetFromJsonAsync<Product>($"/products/{number % 100}", ContractsJson.Default.Options, Cancel)).ToList();
        var kafka = Enumerable.Range(0, 300).Select(number => asker.AskAsync($"{number % 100}")).ToList();
        var rpc = Enumerable.Range(0, 3).Select(_ => grpc.GetAsync(new GetRequest { Ids = { Hundred } }, cancellationToken: Cancel).ResponseAsync).ToList();

        Assert.All(await Task.WhenAll(rest), (product, number) => Assert.Equal($"Product {number % 100}", product?.Title));
        Assert.All(await Task.WhenAll(kafka), (reply, number) => Assert.Equal($"Product {number % 100}", reply.Product?.Title));
        Assert.All(await Task.WhenAll(rpc), response => Assert.All(response.Results, result => Assert.Equal(Status.Found, result.Status)));
        first.SetResult();
        Assert.Contains("Product alone", await alone, StringComparison.Ordinal);
        Assert.Equal([1, .. Enumerable.Repeat(10, 10)], marketplace.Calls.Select(ids => ids.Count));
        Assert.Equal(marketplace.Name, (await rest[0])?.Marketplace);
    }

    [Fact]
    public async Task A_request_for_a_hundred_cold_products_costs_ten_calls()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace);

        var results = await GetAsync(service, Hundred);

        Assert.All(results, result => Assert.Equal("found", (string?)result!["status"]));
        Assert.Equal(Enumerable.Repeat(10, 10), marketplace.Calls.Select(ids => ids.Count));
    }

    [Fact]
    public async Task A_slow_call_holds_up_others_for_a_quarter_of_a_second_at_most()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace);
        var answer = marketplace.Answer;
        var stuck = new TaskCompletionSource<Dictionary<string, Product?>>();
        marketplace.Answer = ids => ids is ["slow"] ? stuck.Task : answer(ids);
        var slow = service.Http.GetAsync("/products/slow", Cancel);
        await Wait.UntilAsync(() => marketplace.Calls.Count == 1, "the slow call is under way");

        var other = service.Http.GetStringAsync("/products/other", Cancel);
        await Wait.UntilAsync(_time, TimeSpan.FromMilliseconds(50), () => other.IsCompleted, "the other product is read");

        Assert.Contains("Product other", await other, StringComparison.Ordinal);
        Assert.False(slow.IsCompleted);
        stuck.SetResult([]);
        using var left = await slow;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, left.StatusCode);
    }

    [Fact]
    public async Task Each_product_of_a_call_has_an_outcome_of_its_own()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace())
        {
            Answer = _ => Task.FromResult(new Dictionary<string, Product?> { ["good"] = BatchMarketplace.Make("good"), ["absent"] = null, ["wrong"] = BatchMarketplace.Make("another") }),
        };
        await using var service = await StartAsync(marketplace);

        var results = await GetAsync(service, "good", "absent", "wrong", "left-out");

        Assert.Single(marketplace.Calls);
        Assert.Equal(["found", "notFound", "failed", "failed"], results.Select(result => (string?)result!["status"]));
        Assert.Equal("The product could not be read.", (string?)results[2]!["error"]!["message"]);
        Assert.Equal("The marketplace left the product out of its answer.", (string?)results[3]!["error"]!["message"]);
        Assert.Equal(1, _log.Count($"BatchMarketplace was asked for {marketplace.Name}/wrong and answered with another."));
    }

    [Fact]
    public async Task A_product_that_its_source_fails_at_leaves_the_others_of_its_call_alone()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        var answer = marketplace.Answer;
        marketplace.Answer = ids => ids.Contains("broken") ? throw new FormatException("A price without a number.") : answer(ids);
        await using var service = await StartAsync(marketplace);

        var results = await GetAsync(service, "1", "2", "3", "broken");

        Assert.Equal(["found", "found", "found", "failed"], results.Select(result => (string?)result!["status"]));
        Assert.Equal([4, 2, 2, 1, 1], marketplace.Calls.Select(ids => ids.Count).OrderDescending()); // in halves
        Assert.Equal(1, _log.Count("A price without a number."));
    }

    [Fact]
    public async Task A_refusal_holds_for_all_of_a_call_and_is_not_repeated()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace()) { Answer = _ => throw ProductSourceException.RateLimited("Too fast.", TimeSpan.FromSeconds(7)) };
        await using var service = await StartAsync(marketplace);

        var results = await GetAsync(service, "1", "2");

        Assert.Single(marketplace.Calls);
        Assert.All(results, result => Assert.Equal(("RATE_LIMITED", 7000L), ((string?)result!["error"]!["code"], (long)result["error"]!["retryAfterMs"]!)));
    }

    [Fact]
    public async Task An_id_that_cannot_be_the_marketplaces_costs_no_call()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace()) { Allows = id => id.Length == 10 };
        await using var service = await StartAsync(marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        using var channel = GrpcChannel.ForAddress(service.Grpc);

        using var rest = await service.Http.GetAsync("/products/short", Cancel);
        var refreshed = await new Client(channel).RefreshAsync(new RefreshRequest { Id = "short" }, cancellationToken: Cancel);

        Assert.Equal(HttpStatusCode.NotFound, rest.StatusCode);
        Assert.Equal(ReplyStatus.NotFound, (await asker.AskAsync("short")).Status);
        Assert.Equal(Status.NotFound, refreshed.Status);
        Assert.Equal(ReplyStatus.Found, (await asker.AskAsync("0123456789")).Status);
        Assert.Equal(["0123456789"], marketplace.Calls.SelectMany(ids => ids));
    }

    [Fact]
    public async Task A_call_is_part_of_the_first_reads_trace_and_linked_to_the_others()
    {
        using var source = new ActivitySource("Marketplace.Tests");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name is "Marketplace.Tests" or "Marketplace.Messaging" or "Marketplace.Products",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        var answer = marketplace.Answer;
        var first = new TaskCompletionSource<Dictionary<string, Product?>>();
        marketplace.Answer = ids => ids is ["alone"] ? first.Task : answer(ids);
        var alone = asker.AskAsync("alone");
        await Wait.UntilAsync(() => marketplace.Calls.Count == 1, "the first call is under way");

        var traces = new List<ActivityTraceId>();
        var asked = new List<Task<Asker.Answer>>();
        foreach (var id in new[] { "1", "2" })
        {
            using var root = source.StartActivity("question")!;
            traces.Add(root.TraceId);
            asked.Add(asker.AskAsync(id));
        }

        for (var number = 3; number <= 10; number++)
        {
            asked.Add(asker.AskAsync($"{number}"));
        }

        await Task.WhenAll(asked);
        first.SetResult(new() { ["alone"] = BatchMarketplace.Make("alone") });
        await alone;
        await Wait.UntilAsync(() => spans.Any(span => span.DisplayName == "get products"), "the span has ended");

        var call = Assert.Single(spans, span => span.DisplayName == "get products");
        Assert.Equal(9, call.Links.Count());
        Assert.Subset(call.Links.Select(link => link.Context.TraceId).Append(call.TraceId).ToHashSet(), traces.ToHashSet());
    }

    private static async Task<JsonArray> GetAsync(ProductProcess service, params string[] ids) =>
        (await service.Http.GetFromJsonAsync<JsonNode>($"/products?ids={string.Join(',', ids)}", Cancel))!["results"]!.AsArray();

    private Task<ProductProcess> StartAsync(BatchMarketplace marketplace) => ProductProcess.StartAsync(servers, marketplace.Name, builder =>
    {
        builder.Services.AddSingleton<IProductSource>(marketplace).AddSingleton<TimeProvider>(_time);
        builder.Logging.AddProvider(_log);
    });
}
