using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Products;
using Marketplace.Products.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>A marketplace whose terms allow to keep offers for an hour and everything else for a day.</summary>
[Collection(Pipeline.Name)]
public class RetentionTests(PipelineServers servers)
{
    private static readonly RetentionPolicy HourAndDay = new(TimeSpan.FromHours(1), TimeSpan.FromDays(1));

    private static readonly (string, string)[] NoKafka = [("ConnectionStrings:kafka", "127.0.0.1:1"), ("Aspire:Confluent:Kafka:Producer:Config:MessageTimeoutMs", "300")];

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_no_longer_be_shown_is_left_out_and_the_answer_says_so()
    {
        var marketplace = Strict();
        await using var service = await StartAsync(marketplace);
        var whole = await ReadAsync(service);
        marketplace.Answer = (_, _) => throw ProductSourceException.Unavailable("It is closed.");

        _time.Advance(HourAndDay.Offers!.Value);
        await Behind.ForgetAsync(servers, marketplace.Name, "pen"); // the server's clock is not the test's
        var reduced = await ReadAsync(service);
        _time.Advance(HourAndDay.Items!.Value);
        using var gone = await service.Http.GetAsync("/products/pen", Cancel);

        Assert.Equal((new Money(12.34m, "EUR"), null), (whole.Price, whole.Withheld));
        Assert.Equal(whole.FetchedAt + HourAndDay.Offers, whole.ExpiresAt);
        Assert.Equivalent(whole with { Price = null, Withheld = ["offers"], ExpiresAt = whole.FetchedAt + HourAndDay.Items }, reduced, strict: true);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.StatusCode);
        Assert.Contains("It is closed.", await gone.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_keeps_nothing_for_longer()
    {
        var marketplace = Strict();
        marketplace.Hits = _ => 3;
        await using var service = await StartAsync(marketplace, ("Products:SearchFreshFor", "12:00:00"));
        await ReadAsync(service);
        await service.Http.GetStringAsync("/search?q=pens", Cancel);

        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        var keys = redis.GetServers()[0].Keys(pattern: $"{marketplace.Name}:*").Where(key => !key.ToString().Contains(":calls:", StringComparison.Ordinal)).ToList();

        Assert.Equal([$"{marketplace.Name}:product:pen", $"{marketplace.Name}:search:0:pens"], keys.Select(key => key.ToString()).Order());
        foreach (var key in keys)
        {
            Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(30), HourAndDay.Offers!.Value);
        }
    }

    [Fact]
    public async Task Postgres_loses_offers_first_and_then_everything_but_the_id()
    {
        var marketplace = Strict();
        marketplace.Hits = _ => 3;
        await using var service = await StartAsync(marketplace, NoKafka); // so that the event stays in the outbox
        await ReadAsync(service);
        await service.Http.GetStringAsync("/search?q=pens", Cancel);
        await Wait.UntilAsync(async () => await CountAsync("summaries WHERE content IS NOT NULL") == 3, "the summaries are stored");
        Assert.Contains("12.34", await TextAsync("products"), StringComparison.Ordinal);
        Assert.Contains("12.34", await TextAsync("outbox"), StringComparison.Ordinal);

        _time.Advance(HourAndDay.Offers!.Value);
        await SweptAsync(async () => !(await TextAsync("products") + await TextAsync("outbox")).Contains("12.34", StringComparison.Ordinal), "the offers are gone");
        Assert.Contains("Product pen", await TextAsync("products"), StringComparison.Ordinal);
        Assert.Contains("\"withheld\":[\"offers\"]", await TextAsync("outbox"), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("summaries"));

        _time.Advance(HourAndDay.Items!.Value);
        await SweptAsync(async () => await CountAsync("products WHERE content IS NULL AND expires_at IS NULL") == 1 && await CountAsync("outbox") == 0, "everything is gone");
        Assert.Equal("pen", await Behind.QueryAsync<string>(servers, marketplace.Name, "SELECT id FROM products"));

        async Task<string> TextAsync(string table) => Encoding.UTF8.GetString(await Behind.QueryAsync<byte[]>(servers, marketplace.Name, $"SELECT content FROM {table}") ?? []);

        Task<long> CountAsync(string rows) => Behind.QueryAsync<long>(servers, marketplace.Name, $"SELECT count(*) FROM {rows}");
    }

    [Fact]
    public async Task A_table_taken_away_is_said_once_and_what_is_due_goes_when_it_is_back()
    {
        var marketplace = Strict();
        using var log = new LogLines();
        await using var service = await StartAsync(marketplace, builder => builder.Logging.AddProvider(log));
        await ReadAsync(service);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE summaries RENAME TO taken_away");

        _time.Advance(HourAndDay.Offers!.Value);
        await SweptAsync(() => Task.FromResult(log.Count("waits to be removed") > 0), "it is said");
        await SweptAsync(async () => await Behind.QueryAsync<long>(servers, marketplace.Name, """SELECT count(*) FROM products WHERE position('"withheld":'::bytea IN content) > 0""") == 1, "other tables are swept");
        for (var round = 0; round < 10; round++)
        {
            await SweptAsync(() => Task.FromResult(true), "more rounds");
        }

        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE taken_away RENAME TO summaries");
        await SweptAsync(() => Task.FromResult(log.Count("is removed again") > 0), "it goes on");
        Assert.Equal((1, 0), (log.Count("waits to be removed"), log.Count("could not be removed")));
    }

    [Theory]
    [InlineData("products", "id")]
    [InlineData("outbox", "product_id")]
    public async Task A_sweep_reads_no_more_than_a_few_MiB_at_a_time(string table, string key)
    {
        const string Columns = "version, fetched_at, persisted_at";
        await using var service = await StartAsync(Strict(), NoKafka);
        await ReadAsync(service);
        var name = service.Services.GetRequiredService<MarketplaceName>().Value;
        var expires = table == "products" ? ", expires_at" : "";
        await Behind.QueryAsync<object>(
            servers,
            name,
            $"""
            INSERT INTO {table} ({key}, {Columns}{expires}, content)
            SELECT 'large' || number, {Columns}{expires}, convert_to(replace(convert_from(content, 'UTF8'), '"title":', '"description":"' || repeat('x', 900000) || '","title":'), 'UTF8')
            FROM {table}, generate_series(1, 20) AS number
            """);

        _time.Advance(HourAndDay.Offers!.Value);
        await SweptAsync(
            async () => await Behind.QueryAsync<long>(servers, name, $"""SELECT count(*) FROM {table} WHERE position('"withheld":'::bytea IN content) > 0""") == 21, "the offers are gone");

        // Each batch is a transaction.
        Assert.InRange(await Behind.QueryAsync<long>(servers, name, $"SELECT count(DISTINCT xmin::text) FROM {table}"), 2, 21);
    }

    [Fact]
    public async Task An_event_says_when_it_expires()
    {
        var marketplace = Strict();
        await using var service = await StartAsync(marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var asked = await asker.AskAsync("pen");
        var heard = await asker.HearAsync("pen", version: 1);

        Assert.Equal(heard.FetchedAt + HourAndDay.Offers, heard.ExpiresAt);
        Assert.Equivalent(asked.Product, heard, strict: true);
    }

    [Fact]
    public async Task A_marketplace_without_limits_has_none_stored()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        var json = await service.Http.GetStringAsync("/products/pen", Cancel);

        Assert.DoesNotContain("expiresAt", json, StringComparison.Ordinal);
        Assert.Equal(1, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM products WHERE expires_at IS NULL"));
    }

    private static async Task<Product> ReadAsync(ProductProcess service) => (await service.Http.GetFromJsonAsync("/products/pen", ContractsJson.Default.Product, Cancel))!;

    private TestMarketplace Strict() => new(servers.TakeMarketplace()) { Retention = HourAndDay, Now = _time.GetUtcNow };

    private Task SweptAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(_time, RetentionSweep.Interval, condition, what);

    private Task<ProductProcess> StartAsync(TestMarketplace marketplace, params IEnumerable<(string Key, string Value)> settings) => StartAsync(marketplace, _ => { }, settings);

    private async Task<ProductProcess> StartAsync(TestMarketplace marketplace, Action<WebApplicationBuilder> configure, params IEnumerable<(string Key, string Value)> settings)
    {
        var service = await ProductProcess.LaunchAsync(
            servers,
            marketplace.Name,
            builder =>
            {
                builder.Services.AddSingleton<IProductSource>(marketplace).AddSingleton<TimeProvider>(_time);
                configure(builder);
            },
            settings);
        await Wait.UntilAsync(_time, ProductProcess.StartStep, async () => (await service.Http.GetAsync("/products/any", Cancel)).IsSuccessStatusCode, "the schema is there");
        await Behind.QueryAsync<object>(servers, marketplace.Name, "DELETE FROM products; DELETE FROM outbox");
        await Behind.ForgetAsync(servers, marketplace.Name, "any");
        return service;
    }
}
