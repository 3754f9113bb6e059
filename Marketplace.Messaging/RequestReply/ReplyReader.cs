using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Reads this process's own partition of the reply topic, from its end.</summary>
internal sealed partial class ReplyReader(string topic, KafkaConnection connection, TopicProvisioner topics, ReplyPartitionLease lease, TimeProvider clock, ILogger<ReplyReader> logger)
    : ConsumerThread(topic, topics, logger)
{
    // How long the previous partition is still read: longer than any request's timeout.
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int? _leased;

    // The partition read and the offset to go on from; a new session starts there, so no reply is lost between the two.
    private TopicPartitionOffset? _position;

    /// <summary>Gets each reply, on this reader's thread.</summary>
    public Action<Envelope>? Received { get; set; }

    /// <summary>The header that names the partition replies are to be sent to; once <see cref="Ready"/>.</summary>
    public Header ReplyPartition { get; private set; } = new(HeaderNames.ReplyPartition, []);

    /// <summary>Completes when replies sent from now on are received.</summary>
    public Task Ready => _ready.Task;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await lease.ReleaseAsync();
    }

    protected override void RunSession()
    {
        var config = connection.ConsumerConfig();
        config.GroupId = "replies";
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        using var consumer = connection.Consumer(config).Build();
        _leased ??= lease.TakeAsync(Name, () => Provisioner.Partitions(Name), Stopping).GetAwaiter().GetResult();
        if (_position is null)
        {
            MoveTo(_leased.Value, consumer);
        }
        else
        {
            consumer.Assign(_position);
        }

        _ready.TrySetResult();
        TopicPartition? previous = null;
        var movedAt = 0L;
        while (!Stopping.IsCancellationRequested)
        {
            if (lease.Partition != _position!.Partition.Value && previous is null)
            {
                (previous, movedAt) = (_position.TopicPartition, clock.GetTimestamp());
                MoveTo(lease.Partition, consumer);
            }
            else if (previous is not null && clock.GetElapsedTime(movedAt) > GracePeriod)
            {
                consumer.IncrementalUnassign([previous]);
                previous = null;
            }

            if (Consume(consumer, PollTimeout) is { } result)
            {
                if (result.Partition == _position.Partition)
                {
                    _position = new TopicPartitionOffset(_position.TopicPartition, result.Offset + 1);
                }

                ReceiveRecord(result);
            }
        }
    }

    private void MoveTo(int partition, IConsumer<byte[], byte[]> consumer)
    {
        // The end offset is queried before the first fetch, as a reply could come before that.
        var position = Provisioner.GetEndsAsync([new TopicPartition(Name, partition)], Stopping).GetAwaiter().GetResult().Single();
        consumer.IncrementalAssign([position]);
        _position = position;
        ReplyPartition = new Header(HeaderNames.ReplyPartition, EnvelopeWriter.Number(partition));
        Log.Reading(logger, Name, partition);
    }

    private void ReceiveRecord(ConsumeResult<byte[], byte[]> record)
    {
        if (!EventBatch.IsIn(record.Message.Headers))
        {
            Receive(record, part: null);
            return;
        }

        try
        {
            foreach (var part in EventBatch.Split(record.Message.Value))
            {
                Receive(record, part);
            }
        }
        catch (PoisonMessageException poison)
        {
            Log.Unreadable(logger, Name, record.Partition.Value, record.Offset.Value, poison.Message);
        }
    }

    private void Receive(ConsumeResult<byte[], byte[]> result, Range? part)
    {
        try
        {
            var envelope = Envelope.Read(result.Message, part);
            var span = MessagingTelemetry.StartProcess(result, envelope, group: null);
            if (!envelope.CorrelationId.IsEmpty)
            {
                Received?.Invoke(envelope);
            }

            if (span is not null)
            {
                MessagingTelemetry.Stop(span);
            }
        }
        catch (PoisonMessageException poison)
        {
            Log.Unreadable(logger, Name, result.Partition.Value, result.Offset.Value, poison.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Topic}: reading replies from partition {Partition}")]
        public static partial void Reading(ILogger logger, string topic, int partition);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}/{Partition}/{Offset}: not a reply: {Reason}")]
        public static partial void Unreadable(ILogger logger, string topic, int partition, long offset, string reason);
    }
}
