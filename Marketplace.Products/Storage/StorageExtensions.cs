using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Products.Storage;

internal static class StorageExtensions
{
    private const string ConnectionName = "marketplace";

    /// <summary>Adds what keeps products in the marketplace's schema, and the schema itself.</summary>
    public static void AddStorage(this IHostApplicationBuilder builder, MarketplaceName marketplace)
    {
        var connectionString = builder.Configuration.GetConnectionString(ConnectionName);
        var role = DatabaseRole.Of(connectionString, marketplace, builder.Configuration["Products:DatabasePassword"]);
        if (role is not null)
        {
            builder.Services.AddSingleton(role);
        }

        if (!string.IsNullOrWhiteSpace(connectionString))
        {
            // From here on nothing that reads the configuration can connect as the administrator by mistake.
            builder.Configuration[$"ConnectionStrings:{ConnectionName}"] = connectionString = Own(connectionString, marketplace, role);
        }

        builder.Services.AddSingleton(services => new NpgsqlDataSourceBuilder(
            !string.IsNullOrWhiteSpace(connectionString) ? connectionString : throw new InvalidOperationException($"No connection string: set 'ConnectionStrings:{ConnectionName}'.")).Build());
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("Npgsql"));

        // A stack trace for each command of an outage says no more than DatabaseMigrator's one line.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database", LogLevel.Critical);
        builder.Services.AddSingleton<DatabaseGuard>();
        builder.Services.AddSingleton<ProductStore>();
        builder.Services.AddSingleton<DatabaseMigrator>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DatabaseMigrator>());
        builder.Services.AddHealthChecks()
            .AddCheck<SchemaHealthCheck>("schema")
            .AddCheck<PostgresHealthCheck>("postgres", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));
    }

    private static string Own(string connectionString, MarketplaceName marketplace, DatabaseRole? role)
    {
        var own = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = marketplace.Value,
            MaxPoolSize = 30, // three instances stay below the 100 that a server allows unless told otherwise
            Timeout = 3,
            CommandTimeout = 10,
            GssEncryptionMode = GssEncryptionMode.Disable, // tried first otherwise, with a library that images lack
        };
        role?.SignIn(own);
        return own.ConnectionString;
    }
}
