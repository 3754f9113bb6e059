using System.Globalization;
using System.Text;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
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
/// A crash after sending sends again, with the same event id.
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

    /// <summary>How often it polls without a signal, for the rows of other instances and those that a crash left.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

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
            int delivered, undelivered;
            do
            {
                (delivered, undelivered) = await SendBatchAsync();
            }
            while (delivered > 0);

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

    private async Task<(int Delivered, int Undelivered)> SendBatchAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var rows = await TakeAsync(connection);
        if (rows.Count == 0)
        {
            return (0, 0);
        }

        var delivered = await SendAsync(rows);
        await using var delete = new NpgsqlCommand("DELETE FROM outbox WHERE sequence = ANY ($1)", connection)
        {
            Parameters = { new NpgsqlParameter<List<long>> { TypedValue = delivered } },
        };
        await delete.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return (delivered.Count, rows.Count - delivered.Count);
    }

    private static async Task<List<OutboxEvent>> TakeAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT sequence, product_id, version, fetched_at, persisted_at, content, trace_parent FROM outbox AS event
            WHERE NOT EXISTS (SELECT FROM outbox AS older WHERE older.product_id = event.product_id AND older.sequence < event.sequence)
            ORDER BY event.sequence LIMIT $1
            FOR UPDATE SKIP LOCKED
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = BatchSize } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<OutboxEvent>();
        while (await reader.ReadAsync())
        {
            var product = new StoredProduct(reader.GetString(1), reader.GetInt64(2), reader.GetDateTime(3), reader.GetDateTime(4), reader.GetFieldValue<byte[]>(5));
            rows.Add(new OutboxEvent(reader.GetInt64(0), product, reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return rows;
    }

    private async Task<List<long>> SendAsync(List<OutboxEvent> rows)
    {
        List<Task> deliveries;
        using (SuppressInstrumentationScope.Begin(false)) // an event belongs to the trace of the request that stored it
        {
            deliveries = rows.ConvertAll(row => producer.SendAsync(Event(row)));
        }

        var delivered = new List<long>(rows.Count);
        (OutboxEvent Row, DeliveryException Exception)? refused = null;
        foreach (var (row, delivery) in rows.Zip(deliveries))
        {
            try
            {
                await delivery;
                delivered.Add(row.Sequence);
            }
            catch (DeliveryException exception)
            {
                refused ??= (row, exception);
            }
        }

        if (refused is var (first, cause) && IsNew(cause.Message))
        {
            Log.NotDelivered(logger, cause, rows.Count - delivered.Count, first.Product.Id, first.Product.Version);
        }

        metrics.EventsSent(delivered.Count);
        return delivered;
    }

    private OutgoingMessage Event(OutboxEvent row) => new()
    {
        Topic = _topic,
        Type = MessageTypes.ProductPersisted,
        Id = string.Create(CultureInfo.InvariantCulture, $"{row.Product.Id}:{row.Product.Version}"),
        Key = Encoding.UTF8.GetBytes(row.Product.Id),
        Body = row.Product.ToJson(),
        TraceParent = row.TraceParent,
    };

    private async Task UpdateMetricsAsync()
    {
        var (unsent, oldest) = await backlog.ReadAsync(CancellationToken.None);
        metrics.OutboxMeasured(unsent, oldest);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Events wait in the outbox: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Events could not be sent; they stay in the outbox and are tried again")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka did not take {Count} events, the first of {ProductId}, version {Version}; they are sent again")]
        public static partial void NotDelivered(ILogger logger, Exception exception, int count, string productId, long version);

        [LoggerMessage(Level = LogLevel.Information, Message = "Events are sent again")]
        public static partial void Resumed(ILogger logger);
    }
}
