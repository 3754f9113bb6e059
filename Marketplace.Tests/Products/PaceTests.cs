using System.Net;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Products.Budget;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>The calls allowed a second: one pace for all instances.</summary>
[Collection(Pipeline.Name)]
public class PaceTests(PipelineServers servers)
{
    // Nothing listens there, so that the pace goes by the test's clock and not by the server's.
    private static readonly (string, string) NoRedis = ("ConnectionStrings:redis", "127.0.0.1:1,abortConnect=false,connectTimeout=100");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_share_the_pace()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var one = await StartAsync(marketplace, ("Products:CallsPerSecond", "0.01"));
        await using var two = await StartAsync(marketplace, ("Products:CallsPerSecond", "0.01"));

        for (var call = 0; call < 6; call++)
        {
            var (isReserved, wait) = await PaceOf(call % 2 == 0 ? one : two).ReserveAsync(TimeSpan.FromHours(1));
            Assert.True(isReserved);
            Assert.InRange(wait.TotalSeconds, Math.Max(0, (call * 100) - 99), call * 100);
        }

        var refused = await PaceOf(one).ReserveAsync(TimeSpan.FromSeconds(30));
        Assert.False(refused.IsReserved);
        Assert.InRange(refused.Wait.TotalSeconds, 501, 600);
        Assert.InRange((await PaceOf(two).ReserveAsync(TimeSpan.FromHours(1))).Wait.TotalSeconds, 501, 600);
    }

    [Fact]
    public async Task Without_Redis_an_instance_keeps_the_pace_by_itself()
    {
        await using var service = await StartAsync(new TestMarketplace(servers.TakeMarketplace()), NoRedis, ("Products:CallsPerSecond", "0.5"));
        var pace = PaceOf(service);

        Assert.Equal((true, TimeSpan.Zero), await pace.ReserveAsync(TimeSpan.Zero));
        Assert.Equal((false, TimeSpan.FromSeconds(2)), await pace.ReserveAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal((true, TimeSpan.FromSeconds(2)), await pace.ReserveAsync(TimeSpan.FromSeconds(2)));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, TimeSpan.Zero), await pace.ReserveAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_refresh_gives_way_to_people()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Now = _time.GetUtcNow };
        await using var service = await StartAsync(marketplace, NoRedis, ("Products:CallsPerSecond", "0.2"), ("Products:FreshFor", "00:00:01"));
        await service.Http.GetStringAsync("/products/stale", Cancel);
        _time.Advance(TimeSpan.FromSeconds(2));
        await service.Http.GetStringAsync("/products/stale", Cancel);
        var person = service.Http.GetStringAsync("/products/cold", Cancel);

        var pace = PaceOf(service);
        await Wait.UntilAsync(async () => (await pace.ReserveAsync(TimeSpan.Zero)).Wait == TimeSpan.FromSeconds(8), "the person waits");

        await PassUntilAsync(() => marketplace.Calls == 3, "all have been asked for");

        Assert.Contains("Product cold", await person, StringComparison.Ordinal);
        Assert.Equal(["stale", "cold", "stale"], marketplace.Asked);
    }

    [Fact]
    public async Task Refreshes_take_the_room_that_people_leave_in_a_call()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace, NoRedis, ("Products:CallsPerSecond", "0.25"));
        var calls = service.Services.GetRequiredService<SourceReader>();
        await calls.GetAsync("first", TimeSpan.FromSeconds(10), isRefresh: false, Cancel);

        var refresh = calls.GetAsync("refresh", TimeSpan.FromSeconds(10), isRefresh: true, Cancel);
        var people = Enumerable.Range(0, 12).Select(number => calls.GetAsync($"{number}", TimeSpan.FromSeconds(10), isRefresh: false, Cancel)).ToList();
        await PassUntilAsync(() => refresh.IsCompleted, "the refresh is done");

        Assert.All(await Task.WhenAll(people), Assert.NotNull);
        Assert.Equal([1, 10, 3], marketplace.Calls.Select(ids => ids.Count));
        Assert.Equal(["10", "11", "refresh"], marketplace.Calls.Last());
    }

    [Fact]
    public async Task A_caller_who_would_have_to_wait_too_long_learns_at_once_when_to_come_back()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace, NoRedis, ("Products:CallsPerSecond", "0.2"));
        await service.Http.GetStringAsync("/products/first", Cancel);
        var second = service.Http.GetStringAsync("/products/second", Cancel);
        var third = service.Http.GetStringAsync("/products/third", Cancel);
        var pace = PaceOf(service);
        await Wait.UntilAsync(async () => (await pace.ReserveAsync(TimeSpan.Zero)).Wait == TimeSpan.FromSeconds(15), "the second and the third wait");

        using var fourth = await service.Http.GetAsync("/products/fourth", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, fourth.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(15), fourth.Headers.RetryAfter?.Delta);
        Assert.Contains(ReplyErrorCodes.RateLimited, await fourth.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(0, marketplace.CallsOf("fourth"));
        await PassUntilAsync(() => second.IsCompleted && third.IsCompleted, "the others are read");
        Assert.Contains("Product third", await third, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_times_as_many_products_are_read_at_the_same_pace_where_ten_share_a_call()
    {
        var marketplace = new BatchMarketplace(servers.TakeMarketplace());
        await using var service = await StartAsync(marketplace, NoRedis, ("Products:CallsPerSecond", "1"));
        var calls = service.Services.GetRequiredService<SourceReader>();

        var reads = Enumerable.Range(0, 200).Select(number => calls.GetAsync($"{number}", TimeSpan.FromSeconds(10), isRefresh: false, Cancel)).ToList();
        await PassUntilAsync(() => reads.TrueForAll(read => read.IsCompleted), "all are answered");

        // A call at once and in each of the ten seconds that a read may wait; the first may go before all are there, the last come too late.
        Assert.InRange(marketplace.Calls.Count, 10, 11);
        Assert.InRange(reads.Count(read => read.IsCompletedSuccessfully), 91, 110);
        Assert.All(reads.Where(read => read.IsFaulted), read => Assert.Equal(ReplyErrorCodes.RateLimited, Assert.IsType<ProductSourceException>(read.Exception!.InnerException).Code));
    }

    private static CallPace PaceOf(ProductProcess service) => service.Services.GetRequiredService<CallPace>();

    private Task PassUntilAsync(Func<bool> condition, string what) => Wait.UntilAsync(_time, TimeSpan.FromMilliseconds(100), condition, what);

    private Task<ProductProcess> StartAsync(IProductSource marketplace, params IEnumerable<(string Key, string Value)> settings) =>
        ProductProcess.StartAsync(servers, marketplace is TestMarketplace test ? test.Name : ((BatchMarketplace)marketplace).Name,
            builder => builder.Services.AddSingleton(marketplace).AddSingleton<TimeProvider>(_time), settings);
}
