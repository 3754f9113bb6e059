using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Reads this process's own partition of the reply topic, from its end, on a thread of its own.</summary>
internal sealed partial class ReplyReader(string topic, KafkaConnection connection, TopicProvisioner topics, ReplyPartitionLease lease, TimeProvider clock, ILogger<ReplyReader> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);

    // Longer than anybody waits for a reply.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets each reply's correlation id and body, on this reader's thread.</summary>
    public Action<byte[], byte[]>? Received { get; set; }

    public string Topic => topic;

    /// <summary>The header that names the partition replies are to be sent to; once <see cref="Ready"/>.</summary>
    public Header ReplyPartition { get; private set; } = new(HeaderNames.ReplyPartition, []);

    /// <summary>Completes when replies sent from now on are heard.</summary>
    public Task Ready => _ready.Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Run) { IsBackground = true, Name = $"kafka {topic}" }.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _ended.Task.WaitAsync(cancellationToken);
        await lease.ReleaseAsync();
    }

    public void Dispose() => _stopping.Dispose();

    private void Run()
    {
        try
        {
            TopicPartitionOffset? from = null;
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    topics.Ready.Wait(_stopping.Token);
                    from ??= new TopicPartitionOffset(topic, lease.TakeAsync(topic, topics.Partitions(topic), _stopping.Token).GetAwaiter().GetResult(), Offset.Unset);
                    Session(ref from);
                }
                catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
                {
                }
                catch (KafkaException exception) when (!exception.Error.IsFatal)
                {
                    Log.CannotRead(logger, topic, exception.Error.Code, exception.Error.Reason);
                    _stopping.Token.WaitHandle.WaitOne(Poll);
                }
                catch (Exception exception)
                {
                    Log.SessionFailed(logger, exception, topic);
                    _stopping.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
                }
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    // After a fatal error a new client goes on where the last one was; replies are not lost between the two.
    private void Session(ref TopicPartitionOffset from)
    {
        var config = connection.ConsumerConfig();
        config.GroupId = "replies";
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        using var consumer = connection.Consumer(config).Build();
        if (from.Offset == Offset.Unset)
        {
            // Asked for now, not left to the first fetch: a reply could come before that.
            from = new TopicPartitionOffset(from.TopicPartition, consumer.QueryWatermarkOffsets(from.TopicPartition, QueryTimeout).High);
        }

        consumer.Assign(from);
        ReplyTo(from.Partition.Value);
        _ready.TrySetResult();
        TopicPartition? left = null;
        var leftAt = 0L;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (lease.Partition != from.Partition.Value && left is null)
                {
                    (left, leftAt) = (from.TopicPartition, clock.GetTimestamp());
                    Move(consumer, ref from);
                }
                else if (left is not null && clock.GetElapsedTime(leftAt) > FarewellTime)
                {
                    consumer.IncrementalUnassign([left]);
                    left = null;
                }

                if (consumer.Consume(Poll) is { } result)
                {
                    if (result.Partition == from.Partition)
                    {
                        from = new TopicPartitionOffset(from.TopicPartition, result.Offset + 1);
                    }

                    Receive(result);
                }
            }
            catch (ConsumeException exception) when (!exception.Error.IsFatal)
            {
                Log.CannotRead(logger, topic, exception.Error.Code, exception.Error.Reason);
                _stopping.Token.WaitHandle.WaitOne(Poll);
            }
        }
    }

    // What was asked before is still answered where it was asked to be.
    private void Move(IConsumer<byte[], byte[]> consumer, ref TopicPartitionOffset from)
    {
        var target = new TopicPartition(topic, lease.Partition);
        from = new TopicPartitionOffset(target, consumer.QueryWatermarkOffsets(target, QueryTimeout).High);
        consumer.IncrementalAssign([from]);
        ReplyTo(target.Partition.Value);
    }

    private void ReplyTo(int partition)
    {
        ReplyPartition = new Header(HeaderNames.ReplyPartition, EnvelopeWriter.Number(partition));
        Log.Reading(logger, topic, partition);
    }

    private void Receive(ConsumeResult<byte[], byte[]> result)
    {
        try
        {
            var envelope = Envelope.Read(result.Message.Headers);
            var span = MessagingTelemetry.StartProcess(result, envelope, group: null);
            if (envelope.CorrelationId is { } correlationId && result.Message.Value is { } body)
            {
                Received?.Invoke(correlationId, body);
            }

            if (span is not null)
            {
                MessagingTelemetry.Stop(span);
            }
        }
        catch (PoisonMessageException poison)
        {
            // Nobody can be told: whom it was for is what cannot be read.
            Log.Unreadable(logger, topic, result.Partition.Value, result.Offset.Value, poison.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Topic}: replies come to partition {Partition}")]
        public static partial void Reading(ILogger logger, string topic, int partition);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: cannot read ({Code}): {Reason}")]
        public static partial void CannotRead(ILogger logger, string topic, ErrorCode code, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}/{Partition}/{Offset}: not a reply: {Reason}")]
        public static partial void Unreadable(ILogger logger, string topic, int partition, long offset, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}: begins anew")]
        public static partial void SessionFailed(ILogger logger, Exception exception, string topic);
    }
}
