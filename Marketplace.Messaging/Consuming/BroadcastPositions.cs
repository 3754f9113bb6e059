using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// The partitions that a broadcast reads and where it goes on in each. The first session begins at their ends, a later one where the one
/// before it stopped, and a partition added meanwhile is read from its beginning: nothing since the start of this instance is missed.
/// </summary>
internal sealed class BroadcastPositions(IReadOnlyList<string> topics, TopicProvisioner provisioner)
{
    private Dictionary<TopicPartition, Offset>? _next;

    /// <summary>Assigns every partition.</summary>
    /// <exception cref="KafkaException">No broker gave the end of a partition in time.</exception>
    public void Assign(IConsumer<byte[], byte[]> consumer, CancellationToken stopping)
    {
        // The ends are queried before the first fetch: whatever is sent after this instance reports ready must be read.
        _next ??= provisioner.GetEndsAsync(Partitions(), stopping).GetAwaiter().GetResult().ToDictionary(end => end.TopicPartition, end => end.Offset);
        consumer.Assign(_next.Select(partition => new TopicPartitionOffset(partition.Key, partition.Value)));
    }

    /// <summary>Assigns the partitions that were added since the last call.</summary>
    public void AssignAdded(IConsumer<byte[], byte[]> consumer)
    {
        var count = 0;
        foreach (var topic in topics)
        {
            count += provisioner.Partitions(topic);
        }

        if (count > _next!.Count)
        {
            var added = Partitions().Where(partition => _next.TryAdd(partition, Offset.Beginning)).ToList();
            consumer.IncrementalAssign(added.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        }
    }

    /// <summary>Keeps where the next session goes on.</summary>
    public void Keep(IEnumerable<TopicPartitionOffset> next)
    {
        foreach (var position in next)
        {
            _next![position.TopicPartition] = position.Offset;
        }
    }

    private IEnumerable<TopicPartition> Partitions() =>
        topics.SelectMany(topic => Enumerable.Range(0, provisioner.Partitions(topic)).Select(partition => new TopicPartition(topic, partition)));
}
