using Marketplace.Products.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What the service makes of a schema it finds.</summary>
[Collection(Pipeline.Name)]
public class MigrationTests(PipelineServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schema_that_Entity_Framework_began_becomes_the_one_that_is_made_today()
    {
        var (begun, fresh) = (new TestMarketplace(servers.TakeMarketplace()), new TestMarketplace(servers.TakeMarketplace()));
        await Behind.QueryAsync<object>(
            servers,
            begun.Name,
            $"""
            CREATE SCHEMA {begun.Name};
            CREATE TABLE IF NOT EXISTS {begun.Name}.migrations (
                "MigrationId" character varying(150) NOT NULL,
                "ProductVersion" character varying(32) NOT NULL,
                CONSTRAINT "PK_migrations" PRIMARY KEY ("MigrationId")
            );
            CREATE TABLE outbox (
                sequence bigint GENERATED ALWAYS AS IDENTITY,
                product_id text COLLATE "C" NOT NULL,
                version bigint NOT NULL,
                fetched_at timestamp with time zone NOT NULL,
                persisted_at timestamp with time zone NOT NULL,
                content bytea NOT NULL,
                trace_parent text,
                CONSTRAINT "PK_outbox" PRIMARY KEY (sequence)
            );
            CREATE TABLE products (
                id text COLLATE "C" NOT NULL,
                version bigint NOT NULL,
                fetched_at timestamp with time zone NOT NULL,
                persisted_at timestamp with time zone NOT NULL,
                content bytea,
                CONSTRAINT "PK_products" PRIMARY KEY (id)
            );
            CREATE INDEX outbox_product ON outbox (product_id, sequence);
            INSERT INTO {begun.Name}.migrations ("MigrationId", "ProductVersion") VALUES ('20261123122210_Initial', '10.0.4');
            CREATE TABLE summaries (
                id text COLLATE "C" NOT NULL,
                fetched_at timestamp with time zone NOT NULL,
                content bytea NOT NULL,
                CONSTRAINT "PK_summaries" PRIMARY KEY (id)
            );
            INSERT INTO {begun.Name}.migrations ("MigrationId", "ProductVersion") VALUES ('20261124233500_Summaries', '10.0.4');
            INSERT INTO products VALUES ('1', 7, now(), now(), NULL);
            """);

        await using var one = await ProductProcess.StartAsync(servers, begun);
        await using var other = await ProductProcess.StartAsync(servers, fresh);

        Assert.Equal(await DescribeAsync(fresh), await DescribeAsync(begun));
        Assert.Equal("Initial SQL, Summaries SQL, Retention SQL, Removals SQL", await HistoryAsync(fresh));
        Assert.Equal("Initial 10.0.4, Summaries 10.0.4, Retention SQL, Removals SQL", await HistoryAsync(begun));
        Assert.Equal(7L, await Behind.QueryAsync<long>(servers, begun.Name, "SELECT version FROM products WHERE id = '1'"));
    }

    [Fact]
    public async Task A_schema_of_a_later_version_is_up_to_date()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await Behind.QueryAsync<object>(servers, marketplace.Name, "INSERT INTO migrations VALUES ('29991231235959_Later', 'SQL')");

        Assert.True(await service.Services.GetRequiredService<DatabaseMigrator>().TryMigrateAsync(takesOver: false, Cancel));
        Assert.EndsWith("Removals SQL, Later SQL", await HistoryAsync(marketplace), StringComparison.Ordinal);
    }

    private Task<string?> HistoryAsync(TestMarketplace marketplace) => Behind.QueryAsync<string>(
        servers, marketplace.Name, """SELECT string_agg(substr("MigrationId", 16) || ' ' || "ProductVersion", ', ' ORDER BY "MigrationId") FROM migrations""");

    private Task<string?> DescribeAsync(TestMarketplace marketplace) => Behind.QueryAsync<string>(
        servers,
        marketplace.Name,
        """
        SELECT replace(string_agg(line, E'\n' ORDER BY line), current_schema(), '') FROM (
            SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, character_maximum_length, collation_name, is_nullable, column_default, identity_generation)
                FROM information_schema.columns WHERE table_schema = current_schema()
            UNION SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
            UNION SELECT concat_ws(' ', relname, relowner::regrole) FROM pg_class WHERE relnamespace = current_schema()::regnamespace) AS parts (line)
        """);
}
