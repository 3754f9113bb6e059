using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Products.Storage;

/// <summary>Entity Framework apart from the service, where only registering it takes 2 MiB: made when there is something to migrate, gone afterwards.</summary>
internal static class MigrationHost
{
    /// <summary>What has a <see cref="ProductsDbContext"/>, with the service's own configuration and log.</summary>
    public static IHost Build(IConfiguration configuration, MarketplaceName marketplace, ILoggerFactory loggers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddSingleton(loggers);
        builder.AddNpgsqlDbContext<ProductsDbContext>(
            StorageExtensions.ConnectionName,
            settings =>
            {
                settings.DisableRetry = true; // DatabaseMigrator repeats
                settings.DisableHealthChecks = settings.DisableTracing = settings.DisableMetrics = true; // the service has them
            },
            options => ProductsDbContext.Configure(options, marketplace));
        return builder.Build();
    }
}
