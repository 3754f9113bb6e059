using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Marketplace.Hosting.Kafka;

/// <summary>A topic at a glance.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many it has.</param>
/// <param name="Messages">Offsets between the first and the last: the messages kept, unless the topic is compacted.</param>
/// <param name="Lags">What each consumer group that commits offsets here has still to read.</param>
internal sealed record TopicSummary(string Name, int Partitions, long Messages, IReadOnlyList<(string Group, long Lag)> Lags);

/// <summary>Looks into a broker's topics: joins no group, commits nothing. Blocks its thread no longer than a request may take.</summary>
internal sealed class TopicReader : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly IAdminClient _admin;

    public TopicReader(string bootstrapServers)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "topic-reader", // the client wants one, also of those that join none
            EnableAutoCommit = false,
            EnablePartitionEof = true,
        };
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, _) => { }) // whoever asks is told by the exception
            .SetErrorHandler((_, _) => { })
            .Build();
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
    }

    /// <summary>The topics, without the broker's own.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public IReadOnlyList<string> Names() =>
        [.. _admin.GetMetadata(RequestTimeout).Topics.Select(topic => topic.Topic).Where(IsOurs).Order(StringComparer.Ordinal)];

    /// <exception cref="KafkaException">No broker answers.</exception>
    public async Task<IReadOnlyList<TopicSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var partitions = _admin.GetMetadata(RequestTimeout).Topics
            .Where(topic => IsOurs(topic.Topic))
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))
            .ToArray();
        var firsts = await OffsetsAsync(partitions, OffsetSpec.Earliest(), cancellationToken);
        var ends = await OffsetsAsync(partitions, OffsetSpec.Latest(), cancellationToken);
        var committed = await CommittedAsync(cancellationToken);
        return
        [
            .. from partition in partitions
               group partition by partition.Topic into topic
               orderby topic.Key
               select new TopicSummary(
                   topic.Key,
                   topic.Count(),
                   topic.Sum(partition => ends.GetValueOrDefault(partition) - firsts.GetValueOrDefault(partition)),
                   [
                       .. from offset in committed
                          where offset.Place.Topic == topic.Key
                          group Math.Max(0, ends.GetValueOrDefault(offset.Place.TopicPartition) - offset.Place.Offset.Value) by offset.Group into lags
                          orderby lags.Key
                          select (lags.Key, lags.Sum()),
                   ]),
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

        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)))
        {
            var bounds = _consumer.QueryWatermarkOffsets(partition, RequestTimeout);
            if (bounds.High.Value > bounds.Low.Value)
            {
                starts.Add(new(partition, Math.Max(bounds.Low.Value, bounds.High.Value - count)));
            }
        }

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

    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(IEnumerable<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellationToken)
    {
        var result = await _admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
            new ListOffsetsOptions { RequestTimeout = RequestTimeout }).WaitAsync(cancellationToken);
        return result.ResultInfos.ToDictionary(info => info.TopicPartitionOffsetError.TopicPartition, info => info.TopicPartitionOffsetError.Offset.Value);
    }

    private async Task<List<(string Group, TopicPartitionOffset Place)>> CommittedAsync(CancellationToken cancellationToken)
    {
        var committed = new List<(string, TopicPartitionOffset)>();
        var groups = await _admin.ListConsumerGroupsAsync(new ListConsumerGroupsOptions { RequestTimeout = RequestTimeout }).WaitAsync(cancellationToken);
        foreach (var group in groups.Valid.Select(group => group.GroupId))
        {
            var results = await _admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, null)], // of all its partitions; a request takes one group
                new ListConsumerGroupOffsetsOptions { RequestTimeout = RequestTimeout }).WaitAsync(cancellationToken);
            committed.AddRange(results.Single().Partitions.Where(place => place.Offset.Value >= 0).Select(place => (group, place.TopicPartitionOffset)));
        }

        return committed;
    }
}
