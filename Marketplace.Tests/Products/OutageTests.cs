using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What the service does while a server is away, and after.</summary>
[Collection(Pipeline.Name)]
public class OutageTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_Redis_products_come_from_Postgres_and_the_marketplace()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("known");
        await using (await servers.StopAsync("redis"))
        {
            Assert.Equal(ProductSource.Database, (await asker.AskAsync("known")).Source);
            Assert.Equal(ProductSource.External, (await asker.AskAsync("cold")).Source);
            Assert.Equal(ProductSource.Database, (await asker.AskAsync("cold")).Source);
        }

        await Wait.UntilAsync(async () => (await asker.AskAsync("cold")).Source == ProductSource.Cache, "Redis is used again");
        Assert.Equal(2, marketplace.Calls);
    }

    [Fact]
    public async Task Without_Postgres_Redis_answers_and_the_rest_is_an_error_and_nothing_is_lost()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("known");
        await using (await servers.StopAsync("postgres"))
        {
            var known = await asker.AskAsync("known");
            var cold = await asker.AskAsync("cold");
            using var response = await service.Http.GetAsync("/products/cold", TestContext.Current.CancellationToken);

            Assert.Equal(ProductSource.Cache, known.Source);
            Assert.Equal((ReplyStatus.Failed, ReplyErrorCodes.UpstreamUnavailable), (cold.Status, cold.Error?.Code));
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal(1, marketplace.Calls);
        }

        await Wait.UntilAsync(async () => (await asker.AskAsync("cold")).Status == ReplyStatus.Found, "Postgres is used again");
        await asker.HearAsync("cold", version: 1);
    }

    [Fact]
    public async Task A_table_taken_away_is_an_outage_and_not_the_end_of_the_service()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE outbox RENAME TO taken_away");

        var cold = await asker.AskAsync("cold");
        await asker.AskAsync("wakes-the-relay");

        Assert.Equal((ReplyStatus.Failed, ReplyErrorCodes.UpstreamUnavailable), (cold.Status, cold.Error?.Code));
        Assert.Equal("The product database is not available.", cold.Error?.Message);
        Assert.False(service.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE taken_away RENAME TO outbox");
        await Wait.UntilAsync(async () => (await asker.AskAsync("cold")).Status == ReplyStatus.Found, "the table is used again");
        await asker.HearAsync("cold", version: 1);
    }

    [Theory]
    [InlineData("REVOKE ALL ON outbox FROM {0}", "GRANT ALL ON outbox TO {0}")]
    [InlineData("ALTER ROLE {0} SET default_transaction_read_only = on", "ALTER ROLE {0} SET default_transaction_read_only = off")]
    public async Task What_Postgres_refuses_is_an_outage_and_not_the_end_of_the_service(string refuse, string allow)
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await asker.AskAsync("known");
        await SetAsync(refuse);

        var cold = await asker.AskAsync("cold");

        Assert.Equal((ReplyStatus.Failed, "The product database is not available."), (cold.Status, cold.Error?.Message));
        Assert.Equal(ReplyStatus.Found, (await asker.AskAsync("known")).Status);
        Assert.False(service.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await SetAsync(allow);
        await Wait.UntilAsync(async () => (await asker.AskAsync("cold")).Status == ReplyStatus.Found, "it is stored again");
        await asker.HearAsync("cold", version: 1);

        // A role's settings hold for its next sessions.
        Task<bool> SetAsync(string sql) => Behind.QueryAsync<bool>(
            servers, marketplace.Name, $"{string.Format(CultureInfo.InvariantCulture, sql, marketplace.Name)}; SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{marketplace.Name}'");
    }

    [Fact]
    public async Task Without_Postgres_a_stale_product_costs_no_call()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Now = time.GetUtcNow };
        await using var service = await StartAsync(marketplace, time);
        await service.Http.GetStringAsync("/products/stale", Cancel);
        time.Advance(TimeSpan.FromMinutes(2));
        await using (await servers.StopAsync("postgres"))
        {
            for (var second = 0; second < 120; second++)
            {
                Assert.Contains("Product stale", await service.Http.GetStringAsync("/products/stale", Cancel), StringComparison.Ordinal);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal(1, marketplace.Calls);
        }

        await Wait.UntilAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await service.Http.GetStringAsync("/products/stale", Cancel);
                return marketplace.Calls == 2;
            },
            "it is refreshed once Postgres is back");
    }

    [Fact]
    public async Task While_answers_cannot_be_stored_the_marketplace_is_asked_ever_less()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Now = time.GetUtcNow };
        await using var service = await StartAsync(marketplace, time);
        var ids = Enumerable.Range(0, 20).Select(number => $"{number}").ToList();
        var all = $"/products?ids={string.Join(',', ids)}";
        await service.Http.GetStringAsync(all, Cancel);
        time.Advance(TimeSpan.FromMinutes(2));
        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE outbox RENAME TO taken_away"); // Postgres answers, and stores nothing

        for (var second = 0; second < 240; second++)
        {
            await service.Http.GetStringAsync(all, Cancel);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        // Each was asked for once, perhaps twice; then one at a time, after 1, 2, 4, 8, 16, 32, 60, 60 seconds.
        Assert.InRange(marketplace.Calls, 20 + 1, 20 + 40 + 10);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE taken_away RENAME TO outbox");
        await Wait.UntilAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return !(await service.Http.GetStringAsync(all, Cancel)).Contains("\"version\":1,", StringComparison.Ordinal) || marketplace.Calls > 100;
            },
            "all are refreshed again");
    }

    [Fact]
    public async Task A_failure_of_the_relay_that_lasts_is_logged_once()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        var log = new LogLines();
        await using var service = await ProductProcess.LaunchAsync(servers, marketplace.Name, builder =>
        {
            builder.Services.AddSingleton<IProductSource>(marketplace);
            builder.Logging.AddProvider(log);
        });
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await Wait.UntilAsync(async () => (await asker.AskAsync("known")).Status == ReplyStatus.Found, "the service is ready");
        await asker.HearAsync("known", version: 1);

        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE outbox RENAME COLUMN content TO taken_away");
        await Wait.UntilAsync(() => log.Count("Events could not be sent") > 0, "the relay fails");
        var before = await PolledAsync();
        await Wait.UntilAsync(async () => await PolledAsync() >= before.AddSeconds(2.5), "the relay fails again");
        Assert.Equal(1, log.Count("Events could not be sent"));

        await Behind.QueryAsync<object>(servers, marketplace.Name, "ALTER TABLE outbox RENAME COLUMN taken_away TO content");
        await Wait.UntilAsync(() => log.Count("Events are sent again") == 1, "the relay says that it works again");

        // By the database's clock; nobody else asks it for anything meanwhile.
        Task<DateTime> PolledAsync() => Behind.QueryAsync<DateTime>(
            servers, marketplace.Name, "SELECT max(state_change) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    [Fact]
    public async Task A_source_that_throws_leaves_its_cause_in_the_log()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace()) { Answer = (_, _) => throw new FormatException("A price without a number.") };
        var log = new LogLines();
        await using var service = await ProductProcess.LaunchAsync(servers, marketplace.Name, builder =>
        {
            builder.Services.AddSingleton<IProductSource>(marketplace);
            builder.Logging.AddProvider(log);
        });
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        await Wait.UntilAsync(async () => (await service.Http.GetAsync("/health", TestContext.Current.CancellationToken)).IsSuccessStatusCode, "the service is ready");

        var reply = await asker.AskAsync("broken");

        Assert.Equal((ReplyStatus.Failed, "The product could not be read."), (reply.Status, reply.Error?.Message));
        Assert.Equal(1, log.Count("A price without a number."));
    }

    [Fact]
    public async Task A_fault_of_a_source_is_an_error_in_log_span_and_metric_once_a_kind()
    {
        var outcomes = new ConcurrentQueue<string?>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "marketplace.product.source.calls")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        var marketplace = new BatchlessMarketplace(servers.TakeMarketplace());
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
            if (named["marketplace"] == marketplace.Name)
            {
                outcomes.Enqueue(named["outcome"]);
            }
        });
        meters.Start();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Marketplace.Messaging",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var log = new LogLines();
        await using var service = await ProductProcess.StartAsync(servers, marketplace.Name, builder =>
        {
            builder.Services.AddSingleton<IProductSource>(marketplace);
            builder.Logging.AddProvider(log);
        });
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);

        var wrong = await asker.AskAsync("wrong");
        await asker.AskAsync("wrong-again");
        var good = await asker.AskAsync("good");
        await asker.AskAsync("absent");

        var fault = $"BatchlessMarketplace was asked for {marketplace.Name}/wrong and answered with another.";
        Assert.Equal((ReplyStatus.Failed, "The product could not be read."), (wrong.Status, wrong.Error?.Message));
        Assert.Equal(marketplace.Name, good.Product?.Marketplace);
        Assert.Equal(1, log.Count("and answered with another."));
        Assert.Equal(1, log.Count(fault));
        Assert.Equal(["error", "error", "found", "not_found"], outcomes);
        await Wait.UntilAsync(() => spans.Any(span => span.Status == ActivityStatusCode.Error && span.StatusDescription == fault), "the span has ended");
    }

    [Fact]
    public async Task A_service_started_without_Postgres_lives_and_is_ready_once_it_comes()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        ProductProcess service;
        await using (await servers.StopAsync("postgres"))
        {
            service = await ProductProcess.LaunchAsync(servers, marketplace);
            using var alive = await service.Http.GetAsync("/alive", TestContext.Current.CancellationToken);
            using var ready = await service.Http.GetAsync("/health", TestContext.Current.CancellationToken);
            Assert.True(alive.IsSuccessStatusCode);
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        await using (service)
        {
            await Wait.UntilAsync(async () => (await service.Http.GetAsync("/health", TestContext.Current.CancellationToken)).IsSuccessStatusCode, "the service is ready");
            Assert.Contains("Product 1", await service.Http.GetStringAsync("/products/1", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_command_that_comes_before_the_schema_is_there_waits_for_it()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        ProductProcess service;
        Task<Asker.Answer> early;
        await using (await servers.StopAsync("postgres"))
        {
            service = await ProductProcess.LaunchAsync(servers, marketplace);
            early = asker.AskAsync("early", timeoutSeconds: 60);
            Assert.Equal(ReplyStatus.NotFound, (await asker.AskAsync("impossible", timeoutSeconds: 60)).Status); // it takes commands, and this one needs no schema
            Assert.False(early.IsCompleted);
        }

        await using (service)
        {
            Assert.Equal("Product early", (await early).Product?.Title);
        }
    }

    [Fact]
    public async Task Instances_started_together_on_an_empty_database_make_one_schema()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());

        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ProductProcess.StartAsync(servers, marketplace)));

        Assert.Equal(4L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM migrations"));
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }

    private Task<ProductProcess> StartAsync(TestMarketplace marketplace, TimeProvider time) => ProductProcess.StartAsync(
        servers,
        marketplace.Name,
        builder => builder.Services.AddSingleton<IProductSource>(marketplace).AddSingleton(time),
        ("Products:FreshFor", "00:01:00"));

    // Names neither itself nor, at times, the product it was asked for.
    private sealed class BatchlessMarketplace(string name) : IProductSource
    {
        public string Name => name;

        public Task<Product?> GetAsync(string id, CancellationToken cancellationToken) =>
            Task.FromResult(id == "absent" ? null : BatchMarketplace.Make(id == "good" ? id : "another"));
    }
}
