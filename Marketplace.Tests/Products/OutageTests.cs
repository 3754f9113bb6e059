using Marketplace.Messaging.Contracts;
using Marketplace.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What the service does while a server is away, and after.</summary>
[Collection(Pipeline.Name)]
public class OutageTests(PipelineServers servers)
{
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
    public async Task Without_Postgres_Redis_answers_and_the_rest_is_told_and_nothing_is_lost()
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
    public async Task Instances_started_together_on_an_empty_database_make_one_schema()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());

        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ProductProcess.StartAsync(servers, marketplace)));

        Assert.Equal(2L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM migrations"));
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }
}
