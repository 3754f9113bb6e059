using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;

namespace Marketplace.Products.Storage;

/// <summary>
/// Removes from Postgres what the marketplace's terms allow to keep no longer, within <see cref="Interval"/>: offers of products and of events
/// that were not sent yet, then everything but id and version; summaries of searches as a whole. Instances share the work.
/// </summary>
internal sealed partial class RetentionSweep(
    NpgsqlDataSource source, DatabaseGuard guard, IProductSource marketplace, TimeProvider time, ILogger<RetentionSweep> logger) : BackgroundService
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int BatchSize = 200;

    /// <summary>A batch ends with the row that reaches it.</summary>
    private const long BatchBytes = 8 * 1024 * 1024;

    private readonly RetentionPolicy _retention = marketplace.Retention;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_retention is { Offers: null, Items: null })
        {
            return;
        }

        await guard.Ready.WaitAsync(stoppingToken);
        using var untraced = SuppressInstrumentationScope.Begin();
        await Task.WhenAll(
            RepeatAsync(SweepProductsAsync, stoppingToken),
            RepeatAsync(SweepSummariesAsync, stoppingToken),
            RepeatAsync(SweepEventsAsync, stoppingToken));
    }

    private async Task RepeatAsync(Func<NpgsqlConnection, DateTimeOffset, CancellationToken, Task<bool>> sweep, CancellationToken cancellationToken)
    {
        string? failure = null;
        while (true)
        {
            try
            {
                // One that filled its batch may have left some.
                while (await RunAsync(sweep, cancellationToken))
                {
                }

                if (failure is not null)
                {
                    failure = null;
                    Log.Resumed(logger);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // One that comes back at each round is logged once.
                var isAway = DatabaseGuard.IsTransient(exception);
                var kind = isAway ? "database" : exception.GetType().Name;
                if (failure != kind && isAway)
                {
                    Log.Postponed(logger, exception.GetBaseException().Message);
                }
                else if (failure != kind)
                {
                    Log.Failed(logger, exception);
                }

                failure = kind;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<bool> RunAsync(Func<NpgsqlConnection, DateTimeOffset, CancellationToken, Task<bool>> sweep, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var filled = await sweep(connection, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return filled;
    }

    private async Task<bool> SweepProductsAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand(
            """
            WITH due AS (
                SELECT id, version, fetched_at, persisted_at, content, expires_at FROM products
                WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
            ), sized AS (
                SELECT *, sum(coalesce(octet_length(content), 0)) OVER (ORDER BY expires_at, id) - coalesce(octet_length(content), 0) AS bytes_before FROM due
            )
            SELECT id, version, fetched_at, persisted_at, content FROM sized WHERE bytes_before < $3
            """,
            connection)
        {
            Parameters = { Time(now), new NpgsqlParameter<int> { TypedValue = BatchSize }, new NpgsqlParameter<long> { TypedValue = BatchBytes } },
        };
        var due = await ReadAsync(select, reader => reader.GetString(0), cancellationToken);
        var kept = due.ConvertAll(row => row.Product.Within(_retention, now));
        await using var update = new NpgsqlCommand(
            """
            UPDATE products SET content = kept.content, expires_at = kept.expires_at
            FROM unnest($1, $2, $3) AS kept (id, content, expires_at) WHERE products.id = kept.id
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<List<string>> { TypedValue = due.ConvertAll(row => row.Key) },
                new NpgsqlParameter<List<byte[]?>> { TypedValue = kept.ConvertAll(product => product?.Content) },
                new NpgsqlParameter<List<DateTime?>> { TypedValue = kept.ConvertAll(product => product?.ExpiresAt) },
            },
        };
        await update.ExecuteNonQueryAsync(cancellationToken);
        return IsFull(due);
    }

    private static async Task<bool> SweepSummariesAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var delete = new NpgsqlCommand(
            "DELETE FROM summaries WHERE id IN (SELECT id FROM summaries WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)", connection)
        {
            Parameters = { Time(now), new NpgsqlParameter<int> { TypedValue = BatchSize } },
        };
        return await delete.ExecuteNonQueryAsync(cancellationToken) == BatchSize;
    }

    // Where Kafka is not away they are sent within a second, so they are few and need no index. Where it is away, the relay has them locked
    // while it tries to send them: they are waited for.
    private async Task<bool> SweepEventsAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand(
            """
            WITH due AS (
                SELECT product_id, version, fetched_at, persisted_at, content, sequence FROM outbox
                WHERE NOT removed AND (fetched_at <= $1 OR (fetched_at <= $2 AND position('"withheld":'::bytea IN content) = 0))
                ORDER BY sequence LIMIT $3 FOR UPDATE
            ), sized AS (
                SELECT *, sum(octet_length(content)) OVER (ORDER BY sequence) - octet_length(content) AS bytes_before FROM due
            )
            SELECT product_id, version, fetched_at, persisted_at, content, sequence FROM sized WHERE bytes_before < $4
            """,
            connection)
        {
            CommandTimeout = 60,
            Parameters = { Time(now, _retention.Items), Time(now, _retention.Offers), new NpgsqlParameter<int> { TypedValue = BatchSize }, new NpgsqlParameter<long> { TypedValue = BatchBytes } },
        };
        var due = await ReadAsync(select, reader => reader.GetInt64(5), cancellationToken);
        var kept = due.ConvertAll(row => row.Product.Within(_retention, now));
        await using var update = new NpgsqlCommand(
            """
            WITH kept AS (SELECT * FROM unnest($1, $2) AS kept (sequence, content)),
                gone AS (DELETE FROM outbox USING kept WHERE outbox.sequence = kept.sequence AND kept.content IS NULL)
            UPDATE outbox SET content = kept.content FROM kept WHERE outbox.sequence = kept.sequence AND kept.content IS NOT NULL
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<List<long>> { TypedValue = due.ConvertAll(row => row.Key) },
                new NpgsqlParameter<List<byte[]?>> { TypedValue = kept.ConvertAll(product => product is null ? null : StoredProduct.WriteExpiringContent(product.Content!, product.ExpiresAt)) },
            },
        };
        await update.ExecuteNonQueryAsync(cancellationToken);
        return IsFull(due);
    }

    /// <summary>Whether there may be more than this batch.</summary>
    private static bool IsFull<TKey>(List<(TKey Key, StoredProduct Product)> due) =>
        due.Count == BatchSize || due.Sum(row => (long)(row.Product.Content?.Length ?? 0)) >= BatchBytes;

    private static async Task<List<(TKey Key, StoredProduct Product)>> ReadAsync<TKey>(NpgsqlCommand select, Func<NpgsqlDataReader, TKey> key, CancellationToken cancellationToken)
    {
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        var rows = new List<(TKey, StoredProduct)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var content = reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4);
            rows.Add((key(reader), new StoredProduct(reader.GetString(0), reader.GetInt64(1), reader.GetDateTime(2), reader.GetDateTime(3), content)));
        }

        return rows;
    }

    // What was fetched then has been kept for long enough; nothing where there is no limit.
    private static NpgsqlParameter<DateTime> Time(DateTimeOffset now, TimeSpan? limit) => Time(limit is { } kept ? now - kept : DateTimeOffset.UnixEpoch);

    private static NpgsqlParameter<DateTime> Time(DateTimeOffset time) => new() { TypedValue = time.UtcDateTime };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What may be kept no longer waits to be removed; it is not served: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "What may be kept no longer is removed again")]
        public static partial void Resumed(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "What may be kept no longer could not be removed; it is not served, and tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
