using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Products.Budget;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>The calls allowed a day: one count for all instances.</summary>
[Collection(Pipeline.Name)]
public class BudgetTests(PipelineServers servers)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_share_the_budget_and_one_started_later_knows_what_is_left()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var one = await StartAsync(marketplace, new FakeTimeProvider(Noon), 20);
        int spent;
        await using (var two = await StartAsync(marketplace, new FakeTimeProvider(Noon), 20))
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => SpendAsync(number % 2 == 0 ? one : two)));
            spent = outcomes.Count(wait => wait is null);
            Assert.All(outcomes.OfType<TimeSpan>(), wait => Assert.Equal(TimeSpan.FromHours(12), wait));
        }

        await using var three = await StartAsync(marketplace, new FakeTimeProvider(Noon), 20);
        await using var tomorrow = await StartAsync(marketplace, new FakeTimeProvider(Noon.AddHours(12)), 20);

        Assert.Equal(20, spent);
        Assert.Equal(TimeSpan.FromHours(12), await SpendAsync(three));
        Assert.Null(await SpendAsync(tomorrow));
    }

    [Fact]
    public async Task Without_Redis_each_instance_counts_by_itself_and_adds_its_count_when_Redis_is_back()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        var time = new FakeTimeProvider(Noon);
        await using var one = await StartAsync(marketplace, time, 10);
        await using var two = await StartAsync(marketplace, time, 10);
        await using (await servers.StopAsync("redis"))
        {
            for (var call = 1; call <= 6; call++)
            {
                Assert.Null(await SpendAsync(one));
            }
        }

        foreach (var service in new[] { one, two })
        {
            await Wait.UntilAsync(async () => (await HealthAsync(service)).Contains("\"redis\":\"healthy\"", StringComparison.Ordinal), "Redis is back");
        }

        time.Advance(TimeSpan.FromSeconds(10)); // the breakers let calls through again
        Assert.Null(await SpendAsync(one));
        var left = 0;
        while (await SpendAsync(two) is null)
        {
            left++;
        }

        Assert.Equal(3, left);

        static async Task<string> HealthAsync(ProductProcess service)
        {
            using var response = await service.Http.GetAsync("/health", Cancel);
            return await response.Content.ReadAsStringAsync(Cancel);
        }
    }

    [Fact]
    public async Task A_spent_budget_leaves_what_is_kept_and_shows_in_the_metrics()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        var service = default(ProductProcess)!;
        marketplace.Answer = async (id, _) =>
        {
            await service.Services.GetRequiredService<CallBudget>().SpendAsync();
            return $"Product {id}";
        };
        await using (service = await ProductProcess.StartAsync(servers, marketplace, ("Products:CallsPerDay", "1"), ("Products:FreshFor", "00:00:00.1"), ("Products:KeepFor", "00:00:00.2")))
        {
            await service.Http.GetStringAsync("/products/kept", Cancel);

            await Wait.UntilAsync(async () => (await ReadAsync("kept")).GetProperty("source").GetString() == "database", "Redis has dropped it");
            var kept = await ReadAsync("kept");
            var other = await ReadAsync("other");
            var metrics = await service.Http.GetStringAsync("/metrics", Cancel);

            Assert.Equal(("found", "database"), (kept.GetProperty("status").GetString(), kept.GetProperty("source").GetString()));
            Assert.Equal(ReplyErrorCodes.RateLimited, other.GetProperty("error").GetProperty("code").GetString());
            Assert.InRange(other.GetProperty("error").GetProperty("retryAfterMs").GetInt64(), 1, 24 * 60 * 60 * 1000);
            Assert.Matches(@"marketplace_product_source_budget_limit\{.*\} 1\s", metrics);
            Assert.Matches(@"marketplace_product_source_budget_used\{.*\} 1\s", metrics);
            Assert.Matches("""marketplace_product_reads_stale_total\{.*reason="RATE_LIMITED".*\} [1-9]""", metrics);
        }

        async Task<JsonElement> ReadAsync(string id) =>
            (await service.Http.GetFromJsonAsync<JsonElement>($"/products?ids={id}", Cancel)).GetProperty("results")[0];
    }

    private Task<ProductProcess> StartAsync(TestMarketplace marketplace, FakeTimeProvider time, int limit) => ProductProcess.LaunchAsync(
        servers,
        marketplace.Name,
        builder => builder.Services.AddSingleton<Marketplace.Products.IProductSource>(marketplace).AddSingleton<TimeProvider>(time),
        ("Products:CallsPerDay", $"{limit}"));

    // How long to wait when there is no call left.
    private static async Task<TimeSpan?> SpendAsync(ProductProcess service)
    {
        try
        {
            await service.Services.GetRequiredService<CallBudget>().SpendAsync();
            return null;
        }
        catch (Marketplace.Products.ProductSourceException exception)
        {
            return exception.RetryAfter;
        }
    }
}
