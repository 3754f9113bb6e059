using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>
/// The tables of one marketplace, for migrating them; reading and writing is plain SQL. The model names no schema:
/// the role's search path does, so that one set of migrations serves every marketplace.
/// </summary>
internal sealed class ProductsDbContext(DbContextOptions<ProductsDbContext> options) : DbContext(options)
{
    public const string HistoryTable = "migrations";

    /// <summary>A schema whose history has it is up to date.</summary>
    public const string LatestMigration = "20261129113000_Removals";

    /// <summary>Keeps the history of migrations in the marketplace's schema.</summary>
    public static DbContextOptionsBuilder<ProductsDbContext> Configure(DbContextOptionsBuilder<ProductsDbContext> options, NpgsqlDataSource source, MarketplaceName marketplace) =>
        options.UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable(HistoryTable, marketplace.Value));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.SharedTypeEntity<Dictionary<string, object>>("products", table =>
        {
            table.Property<string>("id").UseCollation("C");
            table.HasKey("id");
            table.Property<long>("version");
            table.Property<DateTime>("fetched_at");
            table.Property<DateTime>("persisted_at");
            table.Property<byte[]>("content"); // null for a product gone from the marketplace, whose version goes on when it comes back
            table.Property<bool>("removed").HasDefaultValue(false); // whether it was announced as gone
            ExpiresAt(table, "products_expiry");
        });
        modelBuilder.SharedTypeEntity<Dictionary<string, object>>("summaries", table =>
        {
            table.Property<string>("id").UseCollation("C");
            table.HasKey("id");
            table.Property<DateTime>("fetched_at");
            table.Property<byte[]>("content").IsRequired();
            ExpiresAt(table, "summaries_expiry");
        });
        modelBuilder.SharedTypeEntity<Dictionary<string, object>>("outbox", table =>
        {
            table.Property<long>("sequence").UseIdentityAlwaysColumn();
            table.HasKey("sequence");
            table.Property<string>("product_id").UseCollation("C").IsRequired();
            table.Property<long>("version");
            table.Property<DateTime>("fetched_at");
            table.Property<DateTime>("persisted_at");
            table.Property<byte[]>("content").IsRequired();
            table.Property<bool>("removed").HasDefaultValue(false);
            table.Property<DateTime?>("refused_at"); // when Kafka refused it for its size
            table.Property<string>("trace_parent");
            table.HasIndex("product_id", "sequence").HasDatabaseName("outbox_product");
        });
    }

    // Null, and not in the index, where the marketplace's terms set no limit.
    private static void ExpiresAt(EntityTypeBuilder<Dictionary<string, object>> table, string index)
    {
        table.Property<DateTime?>("expires_at");
        table.HasIndex("expires_at").HasDatabaseName(index).HasFilter("expires_at IS NOT NULL");
    }
}
