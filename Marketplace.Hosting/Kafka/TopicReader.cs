using Confluent.Kafka;

namespace Marketplace.Hosting.Kafka;

/// <summary>A topic at a glance.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many it has.</param>
/// <param name="Messages">Offsets between the first and the last: the messages kept, unless the topic is compacted.</param>
/// <param name="Lags">What each consumer group that commits offsets here has still to read; <c>null</c> when the broker does not list its groups.</param>
internal sealed record TopicSummary(string Name, int Partitions, long Messages, IReadOnlyList<(string Group, long Lag)>? Lags);

/// <summary>Looks into a broker's topics: joins no group, commits nothing. Blocks its thread.</summary>
/// <remarks>Only by the client's blocking requests: ListConsumerGroupsAsync of Confluent.Kafka 2.16.0 corrupts the heap when a broker answers it with an error.</remarks>
internal sealed class TopicReader : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly string _bootstrapServers;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly IAdminClient _admin;

    public TopicReader(string bootstrapServers)
    {
        _bootstrapServers = bootstrapServers;
        _consumer = Consumer("topic-reader"); // the client wants a group, also of those that join none
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
    }

    /// <summary>The topics, without the broker's own.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public IReadOnlyList<string> Names() =>
        [.. _admin.GetMetadata(RequestTimeout).Topics.Select(topic => topic.Topic).Where(IsOurs).Order(StringComparer.Ordinal)];

    /// <exception cref="KafkaException">No broker answers.</exception>
    public IReadOnlyList<TopicSummary> List(CancellationToken cancellationToken)
    {
        var bounds = _admin.GetMetadata(RequestTimeout).Topics.Where(topic => IsOurs(topic.Topic)).SelectMany(Partitions)
            .ToDictionary(partition => partition, partition => BoundsOf(partition, cancellationToken));
        var committed = Committed([.. bounds.Keys], cancellationToken);
        return
        [
            .. from partition in bounds
               group partition.Value by partition.Key.Topic into topic
               orderby topic.Key
               select new TopicSummary(
                   topic.Key,
                   topic.Count(),
                   topic.Sum(bound => bound.High.Value - bound.Low.Value),
                   committed?.Where(place => place.Offset.Topic == topic.Key)
                       .GroupBy(place => place.Group, place => Math.Max(0, bounds[place.Offset.TopicPartition].High.Value - place.Offset.Offset.Value))
                       .Select(lags => (lags.Key, lags.Sum()))
                       .ToArray()),
        ];
    }

    /// <summary>The last messages of a topic, the newest first.</summary>
    /// <exception cref="KafkaException">No broker answers, or there is no such topic.</exception>
    public IReadOnlyList<ConsumeResult<byte[], byte[]>> Last(string topic, int count, CancellationToken cancellationToken)
    {
        var found = _admin.GetMetadata(topic, RequestTimeout).Topics.Single();
        if (found.Error.IsError)
        {
            throw new KafkaException(found.Error);
        }

        var starts = Partitions(found).Select(partition => (Partition: partition, Bounds: BoundsOf(partition, cancellationToken)))
            .Where(place => place.Bounds.High.Value > place.Bounds.Low.Value)
            .Select(place => new TopicPartitionOffset(place.Partition, Math.Max(place.Bounds.Low.Value, place.Bounds.High.Value - count)))
            .ToList();
        var messages = new List<ConsumeResult<byte[], byte[]>>();
        _consumer.Assign(starts);
        for (var open = starts.Count; open > 0;)
        {
            var result = _consumer.Consume(cancellationToken);
            if (result.IsPartitionEOF)
            {
                open--;
            }
            else
            {
                messages.Add(result);
            }
        }

        return [.. messages.OrderByDescending(message => message.Message.Timestamp.UnixTimestampMs).ThenByDescending(message => message.Offset.Value).Take(count)];
    }

    public void Dispose()
    {
        _admin.Dispose();
        _consumer.Dispose();
    }

    private static bool IsOurs(string topic) => !topic.StartsWith("__", StringComparison.Ordinal);

    private static IEnumerable<TopicPartition> Partitions(TopicMetadata topic) => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId));

    private WatermarkOffsets BoundsOf(TopicPartition partition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _consumer.QueryWatermarkOffsets(partition, RequestTimeout);
    }

    private List<(string Group, TopicPartitionOffset Offset)>? Committed(TopicPartition[] partitions, CancellationToken cancellationToken)
    {
        try
        {
            var committed = new List<(string, TopicPartitionOffset)>();
            foreach (var group in _admin.ListGroups(RequestTimeout).Select(group => group.Group).Order(StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var member = Consumer(group);
                committed.AddRange(member.Committed(partitions, RequestTimeout).Where(offset => offset.Offset.Value >= 0).Select(offset => (group, offset)));
            }

            return committed;
        }
        catch (KafkaException exception) when (exception.Error.Code is ErrorCode.Local_UnsupportedFeature)
        {
            return null; // the embedded broker
        }
    }

    private IConsumer<byte[], byte[]> Consumer(string group) =>
        new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _bootstrapServers, GroupId = group, EnableAutoCommit = false, EnablePartitionEof = true })
            .SetLogHandler((_, _) => { }) // the exception informs the caller
            .SetErrorHandler((_, _) => { })
            .Build();
}
