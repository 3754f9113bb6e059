using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>The progress of a consumer in each of its partitions: what may be committed, and the lag.</summary>
internal sealed partial class PartitionOffsets(ConsumerDefinition definition, InFlight inFlight, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<TopicPartition, PartitionProgress> _partitions = new();
    private long _refreshedAt;

    public IEnumerable<Measurement<long>> Lag() =>
        _partitions.Where(partition => partition.Value.Lag is not null).Select(partition => new Measurement<long>(
            partition.Value.Lag!.Value,
            MessagingTelemetry.Consumer(partition.Key.Topic, definition.Group, MessagingTelemetry.PartitionId(partition.Key.Partition.Value))));

    public StartedMessage Start(ConsumeResult<byte[], byte[]> result)
    {
        var progress = Progress(result.TopicPartition);
        if (progress.IsAtEnd)
        {
            (progress.IsAtEnd, progress.CaughtUpAt) = (false, clock.GetTimestamp());
        }

        return new StartedMessage(result, progress, progress.Start(result.Offset.Value), progress.CaughtUpAt);
    }

    /// <summary>Notes that there is nothing more in a partition before an offset. What was there and was not delivered cannot be handled, and is no lag.</summary>
    public void ReachEnd(TopicPartitionOffset end)
    {
        var progress = Progress(end.TopicPartition);
        progress.SkipTo(end.Offset.Value);
        progress.IsAtEnd = true;
    }

    /// <summary>Notes that messages may be waiting although the end of their partition was reached before.</summary>
    public void LeaveEnds()
    {
        foreach (var (_, progress) in _partitions)
        {
            progress.IsAtEnd = false;
        }
    }

    /// <summary>Where each partition goes on; those of which nothing is known are left out.</summary>
    public IEnumerable<TopicPartitionOffset> Next() =>
        _partitions.Where(partition => partition.Value.Next >= 0).Select(partition => new TopicPartitionOffset(partition.Key, partition.Value.Next));

    public bool IsIdle(TopicPartition partition) =>
        !_partitions.TryGetValue(partition, out var progress) || progress.Unfinished == 0;

    /// <summary>Stores the offsets to commit and measures the lag, at most once in 200 ms.</summary>
    public void Refresh(IConsumer<byte[], byte[]> consumer)
    {
        if (clock.GetElapsedTime(_refreshedAt) < RefreshInterval)
        {
            return;
        }

        _refreshedAt = clock.GetTimestamp();
        Store(consumer);
        foreach (var (partition, progress) in _partitions)
        {
            if (progress.Next >= 0 && consumer.GetWatermarkOffsets(partition).High is { IsSpecial: false } high)
            {
                progress.Lag = Math.Max(0, high.Value - progress.Next);
            }
        }
    }

    /// <summary>Stores the offsets to commit in the client, which commits them once a second and when it closes.</summary>
    public void Store(IConsumer<byte[], byte[]> consumer)
    {
        if (definition.Group is null)
        {
            return;
        }

        foreach (var (partition, progress) in _partitions)
        {
            try
            {
                if (progress.Next >= 0)
                {
                    consumer.StoreOffset(new TopicPartitionOffset(partition, progress.Next));
                }
            }
            catch (KafkaException exception)
            {
                // No longer assigned: its new owner handles these messages again.
                Log.StoreFailed(logger, definition.Name, partition.Partition.Value, exception.Error.Code);
            }
        }
    }

    /// <summary>Commits partitions that are being revoked.</summary>
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

    public void Remove(List<TopicPartitionOffset> partitions)
    {
        foreach (var partition in partitions)
        {
            _partitions.TryRemove(partition.TopicPartition, out _);
        }
    }

    public void Clear() => _partitions.Clear();

    private PartitionProgress Progress(TopicPartition partition) =>
        _partitions.GetOrAdd(partition, static (_, inFlight) => new PartitionProgress(inFlight), inFlight);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot store the offset of partition {Partition} ({Code})")]
        public static partial void StoreFailed(ILogger logger, string consumer, int partition, ErrorCode code);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot commit ({Code}); messages may be delivered again")]
        public static partial void CommitFailed(ILogger logger, string consumer, ErrorCode code);
    }
}
