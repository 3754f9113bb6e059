using Microsoft.EntityFrameworkCore;

namespace Marketplace.Products.Storage;

/// <summary>
/// The tables of one marketplace, for migrating them; reading and writing is plain SQL. The model names no schema:
/// the connection's search path does, so that one set of migrations serves every marketplace.
/// </summary>
internal sealed class ProductsDbContext(DbContextOptions<ProductsDbContext> options) : DbContext(options)
{
    public const string HistoryTable = "migrations";

    /// <summary>A schema whose history has it is up to date.</summary>
    public const string LatestMigration = "20261124233500_Summaries";

    /// <summary>Keeps the history of migrations in the marketplace's schema.</summary>
    public static void Configure(DbContextOptionsBuilder options, MarketplaceName marketplace) =>
        options.UseNpgsql(npgsql => npgsql.MigrationsHistoryTable(HistoryTable, marketplace.Value));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProductRow>(product =>
        {
            product.ToTable("products");
            product.HasKey(row => row.Id);
            product.Property(row => row.Id).HasColumnName("id").UseCollation("C");
            product.Property(row => row.Version).HasColumnName("version");
            product.Property(row => row.FetchedAt).HasColumnName("fetched_at");
            product.Property(row => row.PersistedAt).HasColumnName("persisted_at");
            product.Property(row => row.Content).HasColumnName("content");
        });
        modelBuilder.Entity<SummaryRow>(summary =>
        {
            summary.ToTable("summaries");
            summary.HasKey(row => row.Id);
            summary.Property(row => row.Id).HasColumnName("id").UseCollation("C");
            summary.Property(row => row.FetchedAt).HasColumnName("fetched_at");
            summary.Property(row => row.Content).HasColumnName("content");
        });
        modelBuilder.Entity<OutboxRow>(outbox =>
        {
            outbox.ToTable("outbox");
            outbox.HasKey(row => row.Sequence);
            outbox.Property(row => row.Sequence).HasColumnName("sequence").UseIdentityAlwaysColumn();
            outbox.Property(row => row.ProductId).HasColumnName("product_id").UseCollation("C");
            outbox.Property(row => row.Version).HasColumnName("version");
            outbox.Property(row => row.FetchedAt).HasColumnName("fetched_at");
            outbox.Property(row => row.PersistedAt).HasColumnName("persisted_at");
            outbox.Property(row => row.Content).HasColumnName("content");
            outbox.Property(row => row.TraceParent).HasColumnName("trace_parent");
            outbox.HasIndex(row => new { row.ProductId, row.Sequence }).HasDatabaseName("outbox_product");
        });
    }
}
