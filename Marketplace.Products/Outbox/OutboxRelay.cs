using System.Globalization;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Products.Storage;
using Marketplace.Products.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;

namespace Marketplace.Products.Outbox;

/// <summary>
/// Sends the events in the outbox and removes those that Kafka acknowledged. Several instances share the work:
/// each takes rows that no other has locked, and of one product only the oldest, so its events keep their order.
/// A crash after sending sends again, with the same event id. An event that Kafka refuses for its size is set aside: the others go on, those of
/// the same product too. It is tried again each <see cref="RefusedInterval"/>, and removed once a later event of its product was sent.
/// </summary>
internal sealed partial class OutboxRelay(
    NpgsqlDataSource source,
    OutboxBacklog backlog,
    MessageProducer producer,
    MarketplaceName marketplace,
    DatabaseGuard guard,
    OutboxSignal signal,
    ProductMetrics metrics,
    TimeProvider time,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int BatchSize = 500;

    /// <summary>A batch ends with the event that reaches it: less than the client's queue takes.</summary>
    private const long BatchBytes = 8 * 1024 * 1024;

    /// <summary>How often it polls without a signal, for the rows of other instances and those that a crash left.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long an event that was set aside rests: an operator may have raised Kafka's limit.</summary>
    private static readonly TimeSpan RefusedInterval = TimeSpan.FromHours(1);

    private readonly string _topic = Topics.ProductPersisted(marketplace.Value);

    /// <summary>The kind of failure that was logged; <c>null</c> while all goes well.</summary>
    private string? _failure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await guard.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            signal.Reset();
            await DrainAsync();
            await signal.Stored.WaitAsync(PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await DrainAsync();
    }

    // Not cancelled when the service stops: a batch sent but not deleted would be sent twice.
    private async Task DrainAsync()
    {
        // The traces of a poll every second would hide all others.
        using var untraced = SuppressInstrumentationScope.Begin();
        try
        {
            int settled, undelivered;
            do
            {
                (settled, undelivered) = await SendBatchAsync();
            }
            while (settled > 0);

            await UpdateMetricsAsync();
            if (undelivered == 0 && _failure is not null)
            {
                _failure = null;
                Log.Resumed(logger);
            }
        }
        catch (Exception exception) when (DatabaseGuard.IsTransient(exception))
        {
            // The rows stay; the next round sends them.
            if (IsNew("database"))
            {
                Log.Postponed(logger, exception.GetBaseException().Message);
            }
        }
        catch (Exception exception)
        {
            // An unexpected failure of events must not end a service that still answers.
            if (IsNew(exception.GetType().Name))
            {
                Log.Failed(logger, exception);
            }
        }
    }

    /// <summary>Whether a failure is another one than before: one that comes back at each poll is logged once.</summary>
    private bool IsNew(string failure)
    {
        var isNew = _failure != failure;
        _failure = failure;
        return isNew;
    }

    private async Task<(int Settled, int Undelivered)> SendBatchAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var rows = await TakeAsync(connection);
        if (rows.Count == 0)
        {
            return (0, 0);
        }

        var (delivered, refused) = await SendAsync(rows);
        await DeleteAsync(connection, delivered);
        if (refused.Count > 0)
        {
            await SetAsideAsync(connection, refused);
        }

        await transaction.CommitAsync();
        var settled = delivered.Count + refused.Count;
        return (settled, rows.Count - settled);
    }

    private async Task<List<OutboxEvent>> TakeAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH taken AS (
                SELECT sequence, product_id, version, fetched_at, persisted_at, content, removed, refused_at, trace_parent FROM outbox AS event
                WHERE (refused_at IS NULL OR refused_at < $3)
                    AND NOT EXISTS (
                        SELECT FROM outbox AS older
                        WHERE older.product_id = event.product_id AND older.sequence < event.sequence AND older.refused_at IS NULL)
                ORDER BY event.sequence LIMIT $1
                FOR UPDATE SKIP LOCKED
            ), sized AS (
                SELECT *, sum(octet_length(content)) OVER (ORDER BY sequence) - octet_length(content) AS bytes_before FROM taken
            )
            SELECT sequence, product_id, version, fetched_at, persisted_at, content, removed, refused_at IS NOT NULL, trace_parent
            FROM sized WHERE bytes_before < $2 ORDER BY sequence
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = BatchSize },
                new NpgsqlParameter<long> { TypedValue = BatchBytes },
                new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime - RefusedInterval },
            },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<OutboxEvent>();
        while (await reader.ReadAsync())
        {
            var product = new StoredProduct(reader.GetString(1), reader.GetInt64(2), reader.GetDateTime(3), reader.GetDateTime(4), reader.GetFieldValue<byte[]>(5));
            rows.Add(new OutboxEvent(reader.GetInt64(0), product, reader.GetBoolean(6), reader.GetBoolean(7), reader.IsDBNull(8) ? null : reader.GetString(8)));
        }

        return rows;
    }

    // What is there still of an earlier version was set aside.
    private static async Task DeleteAsync(NpgsqlConnection connection, List<long> delivered)
    {
        await using var delete = new NpgsqlCommand(
            """
            WITH superseded AS (
                DELETE FROM outbox AS old USING outbox AS sent
                WHERE sent.sequence = ANY ($1) AND old.product_id = sent.product_id AND old.sequence < sent.sequence)
            DELETE FROM outbox WHERE sequence = ANY ($1)
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<List<long>> { TypedValue = delivered } },
        };
        await delete.ExecuteNonQueryAsync();
    }

    private async Task SetAsideAsync(NpgsqlConnection connection, List<OutboxEvent> refused)
    {
        await using var update = new NpgsqlCommand("UPDATE outbox SET refused_at = $2 WHERE sequence = ANY ($1)", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<List<long>> { TypedValue = refused.ConvertAll(row => row.Sequence) },
                new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime },
            },
        };
        await update.ExecuteNonQueryAsync();
        if (refused.FindAll(row => !row.WasRefused) is [var first, ..] added)
        {
            Log.SetAside(logger, added.Count, first.Product.Id, first.Product.Version, first.Product.Content!.Length);
        }
    }

    private async Task<(List<long> Delivered, List<OutboxEvent> Refused)> SendAsync(List<OutboxEvent> rows)
    {
        List<Task> deliveries;
        using (SuppressInstrumentationScope.Begin(false)) // an event belongs to the trace of the request that stored it
        {
            deliveries = rows.ConvertAll(row => producer.SendAsync(Event(row)));
        }

        var delivered = new List<long>(rows.Count);
        var refused = new List<OutboxEvent>();
        (OutboxEvent Row, DeliveryException Exception)? failed = null;
        foreach (var (row, delivery) in rows.Zip(deliveries))
        {
            await SettleAsync(row, delivery);
        }

        // A broker refuses a whole request of the client for its size: each is sent alone before it is set aside.
        foreach (var row in refused.ToArray())
        {
            refused.Remove(row);
            await SettleAsync(row, producer.SendAsync(Event(row)));
        }

        if (failed is var (first, cause) && IsNew(cause.Message))
        {
            Log.NotDelivered(logger, cause, rows.Count - delivered.Count - refused.Count, first.Product.Id, first.Product.Version);
        }

        metrics.EventsSent(delivered.Count);
        return (delivered, refused);

        async Task SettleAsync(OutboxEvent row, Task delivery)
        {
            try
            {
                await delivery;
                delivered.Add(row.Sequence);
            }
            catch (DeliveryException exception) when (exception.IsTooLarge)
            {
                refused.Add(row);
            }
            catch (DeliveryException exception)
            {
                failed ??= (row, exception);
            }
        }
    }

    private OutgoingMessage Event(OutboxEvent row) => new()
    {
        Topic = _topic,
        Type = row.IsRemoval ? MessageTypes.ProductRemoved : MessageTypes.ProductPersisted,
        Id = string.Create(CultureInfo.InvariantCulture, $"{row.Product.Id}:{row.Product.Version}"),
        Key = Encoding.UTF8.GetBytes(row.Product.Id),
        Body = row.Product.ToJson(),
        TraceParent = row.TraceParent,
    };

    private async Task UpdateMetricsAsync()
    {
        metrics.OutboxMeasured(await backlog.ReadAsync(CancellationToken.None));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Events wait in the outbox: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Events could not be sent; they stay in the outbox and are tried again")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka did not take {Count} events, the first of {ProductId}, version {Version}; they are sent again")]
        public static partial void NotDelivered(ILogger logger, Exception exception, int count, string productId, long version);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Count} events are larger than Kafka takes, the first of {ProductId}, version {Version}, with {Bytes} bytes; they are set aside in the outbox, and others go on")]
        public static partial void SetAside(ILogger logger, int count, string productId, long version, int bytes);

        [LoggerMessage(Level = LogLevel.Information, Message = "Events are sent again")]
        public static partial void Resumed(ILogger logger);
    }
}
