using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>How far a consumer is in each of its partitions: what of it is finished, what may be committed, what waits.</summary>
internal sealed partial class PartitionOffsets(ConsumerDefinition definition, InFlight inFlight, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<TopicPartition, PartitionProgress> _partitions = new();
    private readonly ConcurrentDictionary<TopicPartition, long> _lag = new();
    private long _housekept;

    public IEnumerable<Measurement<long>> Lag() =>
        _lag.Select(lag => new Measurement<long>(
            lag.Value,
            MessagingTelemetry.Destination(lag.Key.Topic),
            MessagingTelemetry.PartitionId(lag.Key.Partition.Value),
            MessagingTelemetry.Group(definition.Group)));

    public StartedMessage Start(ConsumeResult<byte[], byte[]> result)
    {
        var progress = _partitions.GetOrAdd(result.TopicPartition, static (_, inFlight) => new PartitionProgress(inFlight.FinishOne), inFlight);
        return new StartedMessage(result, progress, progress.Start(result.Offset.Value));
    }

    public bool IsIdle(TopicPartition partition) =>
        !_partitions.TryGetValue(partition, out var progress) || progress.Unfinished == 0;

    /// <summary>Hands on what may be committed and measures the lag, once in a while.</summary>
    public void KeepHouse(IConsumer<byte[], byte[]> consumer)
    {
        if (clock.GetElapsedTime(_housekept) < Pause)
        {
            return;
        }

        _housekept = clock.GetTimestamp();
        Store(consumer);
        foreach (var (partition, progress) in _partitions)
        {
            if (progress.Next >= 0 && consumer.GetWatermarkOffsets(partition).High is { IsSpecial: false } high)
            {
                _lag[partition] = Math.Max(0, high.Value - progress.Next);
            }
        }
    }

    /// <summary>Hands what may be committed to the client, which does so once a second and when it leaves.</summary>
    public void Store(IConsumer<byte[], byte[]> consumer)
    {
        if (definition.Group is null)
        {
            return;
        }

        foreach (var (partition, progress) in _partitions)
        {
            if (progress.TryTake(out var next))
            {
                try
                {
                    consumer.StoreOffset(new TopicPartitionOffset(partition, next));
                }
                catch (KafkaException exception)
                {
                    // Taken away meanwhile: its new owner does this work again.
                    Log.StoreFailed(logger, definition.Name, partition.Partition.Value, exception.Error.Code);
                }
            }
        }
    }

    /// <summary>Commits partitions that another instance is about to get.</summary>
    public void Commit(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> revoked)
    {
        var finished = revoked
            .Where(partition => _partitions.TryGetValue(partition.TopicPartition, out var progress) && progress.Next >= 0)
            .Select(partition => new TopicPartitionOffset(partition.TopicPartition, _partitions[partition.TopicPartition].Next))
            .ToList();
        try
        {
            if (finished.Count > 0)
            {
                consumer.Commit(finished);
            }
        }
        catch (KafkaException exception)
        {
            Log.CommitFailed(logger, definition.Name, exception.Error.Code);
        }
    }

    public void Forget(List<TopicPartitionOffset> partitions)
    {
        foreach (var partition in partitions)
        {
            _partitions.TryRemove(partition.TopicPartition, out _);
            _lag.TryRemove(partition.TopicPartition, out _);
        }
    }

    public void ForgetAll()
    {
        _partitions.Clear();
        _lag.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot keep the offset of partition {Partition} ({Code})")]
        public static partial void StoreFailed(ILogger logger, string consumer, int partition, ErrorCode code);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot commit ({Code}); messages may be delivered again")]
        public static partial void CommitFailed(ILogger logger, string consumer, ErrorCode code);
    }
}
