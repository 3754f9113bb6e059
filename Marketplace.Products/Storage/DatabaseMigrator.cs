using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Products.Storage;

/// <summary>
/// Brings the marketplace's schema up to date when the service starts, one instance at a time.
/// Without Postgres it keeps trying while the service answers from Redis.
/// </summary>
internal sealed partial class DatabaseMigrator(
    IServiceScopeFactory scopes, MarketplaceName marketplace, DatabaseGuard guard, TimeProvider time, ILogger<DatabaseMigrator> logger, DatabaseRole? role = null) : BackgroundService
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = TimeSpan.FromMilliseconds(250);
        while (!await TryMigrateAsync(stoppingToken))
        {
            await Task.Delay(delay, time, stoppingToken);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }

        guard.Open();
    }

    /// <summary>Brings the schema up to date, once.</summary>
    /// <returns>Whether it is; why not is in the log.</returns>
    public async Task<bool> TryMigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (role is not null)
            {
                await role.EnsureAsync(cancellationToken);
            }

            await using var scope = scopes.CreateAsyncScope();
            var database = scope.ServiceProvider.GetRequiredService<ProductsDbContext>().Database;

            // The lock belongs to the session: it ends with the connection, however this ends.
            await database.OpenConnectionAsync(cancellationToken);
            var name = $"{marketplace}.{ProductsDbContext.HistoryTable}";
            await database.ExecuteSqlAsync($"SELECT pg_advisory_lock(hashtextextended({name}, 0))", cancellationToken);
            await CreateSchemaAsync(database, cancellationToken);

            // On an empty schema MigrateAsync itself would first run into an error, and log it.
            await database.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await database.MigrateAsync(cancellationToken);
            await database.ExecuteSqlAsync($"SELECT pg_advisory_unlock(hashtextextended({name}, 0))", cancellationToken);
            Log.Migrated(logger, marketplace);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.NotYet(logger, exception.GetBaseException().Message);
            return false;
        }
    }

    // Where an administrator made the schema, this service's role may not and need not.
    private async Task CreateSchemaAsync(DatabaseFacade database, CancellationToken cancellationToken)
    {
        var found = await database.SqlQuery<int>($"SELECT 1 AS \"Value\" FROM pg_namespace WHERE nspname = {marketplace.Value}").ToListAsync(cancellationToken);
        if (found.Count == 0)
        {
#pragma warning disable EF1003 // A name cannot be a parameter; this one is made of a-z and 0-9.
            await database.ExecuteSqlRawAsync("CREATE SCHEMA " + marketplace.Value, cancellationToken);
#pragma warning restore EF1003
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The schema {Marketplace} is up to date")]
        public static partial void Migrated(ILogger logger, MarketplaceName marketplace);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The schema cannot be brought up to date yet: {Reason}")]
        public static partial void NotYet(ILogger logger, string reason);
    }
}
