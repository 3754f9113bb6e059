using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Products.Storage;

/// <summary>
/// Brings the marketplace's schema up to date when the service starts, one instance at a time.
/// Without Postgres it keeps trying while the service answers from Redis. A migration is a script among the assembly's resources; the table
/// <c>migrations</c> keeps the names of those that have run, as Entity Framework did.
/// </summary>
internal sealed partial class DatabaseMigrator(
    NpgsqlDataSource source,
    MarketplaceName marketplace,
    DatabaseGuard guard,
    TimeProvider time,
    ILogger<DatabaseMigrator> logger,
    DatabaseRole? role = null) : BackgroundService
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private string History => $"{marketplace}.migrations";

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
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            if (!await HasHistoryAsync(connection, cancellationToken) || (await PendingAsync(connection, cancellationToken)).Length > 0)
            {
                await MigrateAsync(connection, cancellationToken);
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

    private async Task<bool> HasHistoryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT to_regclass('{History}') IS NOT NULL", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<string[]> PendingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""SELECT current_schema(), ARRAY(SELECT "MigrationId" FROM {History})""", connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);

        // Queries and migrations name no schema. By Postgres' default the path begins with the schema named as the role is.
        if (await row.IsDBNullAsync(0, cancellationToken) || row.GetString(0) != marketplace.Value)
        {
            throw new InvalidOperationException($"The search path of the role {marketplace} does not begin with its schema. Set it: ALTER ROLE {marketplace} SET search_path = {marketplace}");
        }

        return [.. typeof(DatabaseMigrator).Assembly.GetManifestResourceNames().Except(row.GetFieldValue<string[]>(1)).Order(StringComparer.Ordinal)];
    }

    private async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // The lock ends with the transaction: one of a session would outlive the instance behind a pooler. Where an administrator made the
        // schema, the service's role may not and need not.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(
            $"""
            SELECT pg_advisory_xact_lock(hashtextextended('{History}', 0));
            DO $$ BEGIN
                IF to_regnamespace('{marketplace}') IS NULL THEN CREATE SCHEMA {marketplace}; END IF;
            END $$;
            CREATE TABLE IF NOT EXISTS {History} (
                "MigrationId" varchar(150) NOT NULL,
                "ProductVersion" varchar(32) NOT NULL,
                CONSTRAINT "PK_migrations" PRIMARY KEY ("MigrationId")
            );
            """);
        foreach (var id in await PendingAsync(connection, cancellationToken))
        {
            using var script = new StreamReader(typeof(DatabaseMigrator).Assembly.GetManifestResourceStream(id)!);
            await ExecuteAsync($"{await script.ReadToEndAsync(cancellationToken)}INSERT INTO {History} VALUES ('{id}', 'SQL')");
        }

        await transaction.CommitAsync(cancellationToken);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
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
