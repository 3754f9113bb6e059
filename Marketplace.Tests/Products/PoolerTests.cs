using System.Net;
using Marketplace.Products.Storage;
using Marketplace.Tests.Hosting.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>
/// Services behind PgBouncer in transaction mode, which refuses start-up parameters that it does not know and keeps a server's session when
/// a client leaves (PgBouncer, "SQL feature map for pooling modes").
/// </summary>
[Collection(Pipeline.Name)]
public class PoolerTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_make_role_and_schema_through_a_pooler_and_leave_no_lock()
    {
        await using var pooler = await PgBouncer.StartAsync(servers.Postgres);
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        var pooled = ("ConnectionStrings:marketplace", At(pooler).ConnectionString);

        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ProductProcess.StartAsync(servers, marketplace, pooled)));
        foreach (var service in services)
        {
            await Behind.ForgetAsync(servers, marketplace.Name, "1");
            Assert.Contains("Product 1", await service.Http.GetStringAsync("/products/1", Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(1, marketplace.Calls);
        Assert.Equal(1L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM products"));
        await Wait.UntilAsync(async () => await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM outbox") == 0, "the event is sent");
        await Task.WhenAll(services.Select(service => service.DisposeAsync().AsTask()));
        Assert.Equal(0L, await Behind.QueryAsync<long>(servers, marketplace.Name, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
    }

    [Fact]
    public async Task A_search_path_that_leads_elsewhere_is_reported_and_set_by_an_administrator()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await Behind.QueryAsync<object>(servers, marketplace.Name, $"ALTER ROLE {marketplace.Name} SET search_path = public");

        // The administrator's connection is forgotten by now.
        service.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        Assert.False(await service.Services.GetRequiredService<DatabaseMigrator>().TryMigrateAsync(takesOver: false, Cancel));

        await using var another = await ProductProcess.StartAsync(servers, marketplace);
        await another.Http.GetStringAsync("/products/1", Cancel);
        Assert.Equal(1L, await Behind.QueryAsync<long>(servers, marketplace.Name, $"SELECT count(*) FROM {marketplace.Name}.products"));
    }

    [Fact]
    public async Task A_database_that_is_away_behind_the_pooler_is_an_outage()
    {
        await using var pooler = await PgBouncer.StartAsync(servers.Postgres);
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("ConnectionStrings:marketplace", At(pooler).ConnectionString));
        await using (await servers.StopAsync("postgres"))
        {
            using var answer = await service.Http.GetAsync("/products/1", Cancel);
            await using var direct = NpgsqlDataSource.Create(At(pooler));
            var refused = await Assert.ThrowsAsync<PostgresException>(async () => await direct.OpenConnectionAsync(Cancel));

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal((PostgresErrorCodes.ProtocolViolation, true), (refused.SqlState, DatabaseGuard.IsTransient(refused)));
        }

        await Wait.UntilAsync(async () => (await service.Http.GetAsync("/products/1", Cancel)).IsSuccessStatusCode, "Postgres is used again");
    }

    private NpgsqlConnectionStringBuilder At(RunningServer pooler) => new(servers.Postgres) { Port = pooler.Context.Port };
}
