using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>
/// Brings the marketplace's schema up to date when the service starts, one instance at a time.
/// Without Postgres it keeps trying while the service answers from Redis. Entity Framework takes tens of MiB once it has run, so it
/// is used only when there is something to migrate: in a deployment the command <c>migrate</c> does that.
/// </summary>
internal sealed partial class DatabaseMigrator(
    NpgsqlDataSource source,
    MarketplaceName marketplace,
    DatabaseGuard guard,
    TimeProvider time,
    ILogger<DatabaseMigrator> logger,
    ILoggerFactory loggers,
    DatabaseRole? role = null) : BackgroundService
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = TimeSpan.FromMilliseconds(250);
        while (!await TryMigrateAsync(takesOver: false, stoppingToken))
        {
            await Task.Delay(delay, time, stoppingToken);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }

        guard.Open();
    }

    /// <summary>Brings the schema up to date, once.</summary>
    /// <param name="takesOver">Whether the service's role gets a new password while others work with the old one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it is; why not is in the log.</returns>
    public async Task<bool> TryMigrateAsync(bool takesOver, CancellationToken cancellationToken)
    {
        try
        {
            if (role is not null)
            {
                await role.EnsureAsync(takesOver, cancellationToken);
            }

            source.Clear(); // connections from before a search path was set keep the old one
            var hasHistory = await HasHistoryAsync(cancellationToken);
            if (hasHistory)
            {
                await CheckSearchPathAsync(cancellationToken);
            }

            if (!hasHistory || !await IsUpToDateAsync(cancellationToken))
            {
                await MigrateAsync(cancellationToken);
            }

            Log.Migrated(logger, marketplace);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.NotYet(logger, exception.GetBaseException().Message);
            return false;
        }
    }

    private async Task<bool> HasHistoryAsync(CancellationToken cancellationToken)
    {
        await using var table = source.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        table.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{marketplace}.{ProductsDbContext.HistoryTable}" });
        return await table.ExecuteScalarAsync(cancellationToken) is true;
    }

    // Queries and migrations name no schema. By Postgres' default the path begins with the schema named as the role is.
    private async Task CheckSearchPathAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT current_schema()");
        if (await command.ExecuteScalarAsync(cancellationToken) is not string schema || schema != marketplace.Value)
        {
            throw new InvalidOperationException($"The search path of the role {marketplace} does not begin with its schema. Set it: ALTER ROLE {marketplace} SET search_path = {marketplace}");
        }
    }

    private async Task<bool> IsUpToDateAsync(CancellationToken cancellationToken)
    {
        await using var latest = source.CreateCommand($"""SELECT EXISTS (SELECT FROM {marketplace}.{ProductsDbContext.HistoryTable} WHERE "MigrationId" = $1)""");
        latest.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ProductsDbContext.LatestMigration });
        return await latest.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var options = ProductsDbContext.Configure(new(), source, marketplace).UseLoggerFactory(loggers);
        await using var context = new ProductsDbContext(options.Options);
        var database = context.Database;

        // The lock ends with the transaction: one of a session would outlive the instance behind a pooler.
        await using (var transaction = await database.BeginTransactionAsync(cancellationToken))
        {
            var name = $"{marketplace}.{ProductsDbContext.HistoryTable}";
            await database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", cancellationToken);
            await CreateSchemaAsync(database, cancellationToken);

            // On an empty schema MigrateAsync itself would first run into an error, and log it.
            await database.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await CheckSearchPathAsync(cancellationToken);
        await database.MigrateAsync(cancellationToken); // under Entity Framework's own lock on the history
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
