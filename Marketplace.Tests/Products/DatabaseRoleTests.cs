using Marketplace.Products;
using Marketplace.Products.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>The role that a service works as in Postgres.</summary>
[Collection(Pipeline.Name)]
public class DatabaseRoleTests(PipelineServers servers)
{
    private const string Password = "of-the-service-alone";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_password_the_service_does_not_start_and_says_what_to_set()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => ProductProcess.LaunchAsync(servers, marketplace, ("Products:DatabasePassword", "")));

        Assert.StartsWith($"Products:DatabasePassword is not set. Set it to the password of the database role '{marketplace.Name}'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Host=", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_owns_its_schema_and_can_touch_no_other()
    {
        var mine = new TestMarketplace(servers.TakeMarketplace());
        var theirs = new TestMarketplace(servers.TakeMarketplace());
        await using var other = await ProductProcess.StartAsync(servers, theirs, ("Products:DatabasePassword", "something else"));
        await using var service = await ProductProcess.StartAsync(servers, mine, ("Products:DatabasePassword", Password));
        await other.Http.GetStringAsync("/products/1", Cancel);
        await service.Http.GetStringAsync("/products/1", Cancel);
        await using var role = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(servers.Postgres) { Username = mine.Name, Password = Password });

        await using (var own = role.CreateCommand($"SELECT count(*) FROM {mine.Name}.products"))
        {
            Assert.Equal(1L, await own.ExecuteScalarAsync(Cancel));
        }

        string[] forbidden =
        [
            $"SELECT * FROM {theirs.Name}.products",
            $"INSERT INTO {theirs.Name}.outbox (product_id, version, fetched_at, persisted_at, content) VALUES ('1', 9, now(), now(), '')",
            $"DROP TABLE {theirs.Name}.products",
            $"CREATE TABLE {theirs.Name}.mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "CREATE SCHEMA more",
            "CREATE ROLE friend",
            "CREATE DATABASE more",
            $"SET ROLE {theirs.Name}",
            "SELECT rolpassword FROM pg_authid",
        ];
        foreach (var sql in forbidden)
        {
            await using var command = role.CreateCommand(sql);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancel));
            Assert.Equal((sql, PostgresErrorCodes.InsufficientPrivilege), (sql, refused.SqlState));
        }

        Assert.Equal(mine.Name, await Behind.QueryAsync<string>(servers, mine.Name, $"SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = '{mine.Name}'"));
    }

    [Fact]
    public async Task A_schema_made_by_an_administrator_and_a_new_password_are_taken_over()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using (var first = await ProductProcess.StartAsync(servers, marketplace))
        {
            await first.Http.GetStringAsync("/products/1", Cancel);
        }

        foreach (var password in (string[])["first", "second"])
        {
            await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:DatabasePassword", password));
            await Behind.ForgetAsync(servers, marketplace.Name, "1");
            Assert.Contains("Product 1", await service.Http.GetStringAsync("/products/1", Cancel), StringComparison.Ordinal);
        }

        // Where the role is there, the administrator is not asked again: this one does not exist.
        var gone = new NpgsqlConnectionStringBuilder(servers.Postgres) { Username = "gone" };
        await using (var service = await ProductProcess.StartAsync(servers, marketplace, ("ConnectionStrings:marketplace", gone.ConnectionString), ("Products:DatabasePassword", "second")))
        {
            Assert.DoesNotContain("gone", service.Services.GetRequiredService<IConfiguration>().GetConnectionString("marketplace"), StringComparison.Ordinal);
        }

        // A service that is given no administrator works as the role all the same.
        var own = new NpgsqlConnectionStringBuilder(servers.Postgres) { Username = marketplace.Name, Password = "second" };
        await using (var service = await ProductProcess.StartAsync(servers, marketplace, ("ConnectionStrings:marketplace", own.ConnectionString), ("Products:DatabasePassword", "second")))
        {
            await service.Http.GetStringAsync("/products/2", Cancel);
        }

        Assert.Equal(2, marketplace.Calls);
        Assert.Equal(marketplace.Name, await Behind.QueryAsync<string>(servers, marketplace.Name, $"SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = '{marketplace.Name}'"));
    }

    [Fact]
    public async Task A_password_that_others_work_with_is_not_taken_from_them()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace, ("Products:DatabasePassword", "new"));
        await service.Http.GetStringAsync("/products/1", Cancel);
        var old = DatabaseRole.Of(servers.Postgres, new MarketplaceName(marketplace.Name), "old")!;

        // The service holds a connection; one with the old password, started again beside it, must not shut it out.
        await Assert.ThrowsAsync<InvalidOperationException>(() => old.EnsureAsync(takesOver: false, Cancel));
        await SignInAsync("new");

        // The command migrate gives the role another; then the service's next connection is refused, which is no fault but an outage.
        await old.EnsureAsync(takesOver: true, Cancel);
        await SignInAsync("old");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => SignInAsync("new"));
        Assert.True(DatabaseGuard.IsTransient(refused));

        async Task SignInAsync(string password)
        {
            await using var role = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(servers.Postgres) { Username = marketplace.Name, Password = password, Pooling = false });
            await using var connection = await role.OpenConnectionAsync(Cancel);
        }
    }
}
