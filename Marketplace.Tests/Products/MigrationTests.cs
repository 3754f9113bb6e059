using Marketplace.Products.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>What the service takes for an up-to-date schema.</summary>
public class MigrationTests
{
    [Fact]
    public async Task The_latest_migration_is_the_one_that_the_service_looks_for_and_the_model_needs_no_other()
    {
        await using var source = NpgsqlDataSource.Create("Host=localhost");
        await using var context = new ProductsDbContext(ProductsDbContext.Configure(new(), source, new("tiny")).Options);

        Assert.Equal(ProductsDbContext.LatestMigration, context.GetService<IMigrationsAssembly>().Migrations.Keys.Max(StringComparer.Ordinal));
        Assert.False(context.Database.HasPendingModelChanges());
    }
}
