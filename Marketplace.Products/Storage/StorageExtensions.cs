using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Marketplace.Products.Storage;

internal static class StorageExtensions
{
    /// <summary>Names the connection string.</summary>
    public const string ConnectionName = "marketplace";

    /// <summary>
    /// How many connections an instance has at most: two marketplaces of three instances each, as a rollout has them, stay below the 100 that a
    /// server allows by default. Products are stored in groups, so more would not store them sooner.
    /// </summary>
    private const int MaxConnections = 15;

    /// <summary>Adds what keeps products in the marketplace's schema, and the schema itself.</summary>
    /// <exception cref="OptionsValidationException">The service would work as an administrator of the database.</exception>
    public static void AddStorage(this IHostApplicationBuilder builder, MarketplaceName marketplace)
    {
        if (builder.Configuration.GetConnectionString(ConnectionName) is { } given && !string.IsNullOrWhiteSpace(given))
        {
            // GSS is tried first otherwise, with a library that images lack.
            var connection = new NpgsqlConnectionStringBuilder(given) { GssEncryptionMode = GssEncryptionMode.Disable };
            var role = DatabaseRole.Of(connection.ConnectionString, marketplace, builder.Configuration["Products:DatabasePassword"]);
            if (role is null && connection.Username != marketplace.Value)
            {
                throw new OptionsValidationException(nameof(ProductOptions), typeof(ProductOptions), [
                    $"Products:DatabasePassword is not set. Set it to the password of the database role '{marketplace}', which the service works as and makes with the connection string '{ConnectionName}'; "
                    + $"or let that connection string be the role's own (Username={marketplace})."]);
            }

            if (role is not null)
            {
                builder.Services.AddSingleton(role);
                role.SignIn(connection);
            }

            connection.NoResetOnClose = true; // sessions are left as they were found, and behind a pooler the next one is another's
            connection.MaxPoolSize = MaxConnections;
            connection.Timeout = 3;
            connection.CommandTimeout = 10;

            // From here on nothing that reads the configuration can connect as the administrator by mistake.
            builder.Configuration[$"ConnectionStrings:{ConnectionName}"] = connection.ConnectionString;
        }

        // Aspire's check would make a service without Postgres unhealthy, which it is not, and log a stack trace at every probe.
        builder.AddNpgsqlDataSource(ConnectionName, settings => settings.DisableHealthChecks = true);

        // Traces have the queries.
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
        builder.Services.AddSingleton<DatabaseGuard>();
        builder.Services.AddSingleton<ProductStore>();
        builder.Services.AddSingleton<DatabaseMigrator>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DatabaseMigrator>());
        builder.Services.AddHostedService<RetentionSweep>();
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseGuard>("schema")
            .AddCheck<PostgresHealthCheck>("postgres", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));
    }
}
