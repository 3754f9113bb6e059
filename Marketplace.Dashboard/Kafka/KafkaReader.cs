using System.Text;
using Confluent.Kafka;

namespace Marketplace.Dashboard.Kafka;

/// <summary>Looks into a Kafka cluster without taking part in it: joins no group, commits nothing. Clients live for one question, so that a dashboard nobody looks at costs nothing.</summary>
internal static class KafkaReader
{
    private const int LargestText = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The topics with their partitions, and how far each group is behind.</summary>
    /// <param name="servers">Bootstrap servers.</param>
    /// <param name="knownGroups">Groups known from elsewhere, for brokers that do not list them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">The cluster does not answer.</exception>
    public static Task<KafkaOverview> DescribeAsync(string servers, IEnumerable<string> knownGroups, CancellationToken cancellationToken) =>
        Task.Run(() => Describe(servers, [.. knownGroups], cancellationToken), cancellationToken);

    /// <summary>The latest messages of a topic, newest first.</summary>
    /// <exception cref="KafkaException">The cluster does not answer, or has no such topic.</exception>
    public static Task<IReadOnlyList<KafkaMessage>> ReadLatestAsync(string servers, string topic, int limit, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<KafkaMessage>>(() => ReadLatest(servers, topic, limit, cancellationToken), cancellationToken);

    private static async Task<KafkaOverview> Describe(string servers, HashSet<string> groups, CancellationToken cancellationToken)
    {
        using var admin = new AdminClientBuilder(Client<AdminClientConfig>(servers)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var consumer = Consumer(servers);
        var metadata = admin.GetMetadata(Patience);
        var topics = metadata.Topics.Where(topic => !topic.Topic.StartsWith("__", StringComparison.Ordinal)).OrderBy(topic => topic.Topic, StringComparer.Ordinal)
            .Select(topic => new KafkaTopic(topic.Topic, [.. topic.Partitions.OrderBy(p => p.PartitionId).Select(p =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var range = consumer.QueryWatermarkOffsets(new TopicPartition(topic.Topic, p.PartitionId), Patience);
                return new KafkaPartition(p.PartitionId, range.Low.Value, range.High.Value, p.Leader);
            })])).ToList();

        groups.UnionWith(ListGroups(admin));
        var ends = topics.SelectMany(topic => topic.Partitions.Select(p => (Key: new TopicPartition(topic.Name, p.Id), p.High))).ToDictionary(end => end.Key, end => end.High);
        var described = new List<KafkaGroup>();
        foreach (var group in groups.Order(StringComparer.Ordinal))
        {
            described.Add(new KafkaGroup(group, await LagAsync(admin, group, ends)));
        }

        return new KafkaOverview([.. metadata.Brokers.Select(broker => $"{broker.Host}:{broker.Port}")], topics, [.. described.Where(group => group.Topics.Count > 0)]);
    }

    // The embedded broker does not list groups.
    private static IEnumerable<string> ListGroups(IAdminClient admin)
    {
        try
        {
            return admin.ListGroups(TimeSpan.FromSeconds(1)).Where(group => group.ProtocolType is "consumer").Select(group => group.Group);
        }
        catch (KafkaException)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<KafkaGroupTopic>> LagAsync(IAdminClient admin, string group, Dictionary<TopicPartition, long> ends)
    {
        try
        {
            var answers = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, [.. ends.Keys])], new() { RequestTimeout = Patience });
            return [.. answers.Single().Partitions
                .Where(p => p.Offset.Value >= 0)
                .GroupBy(p => p.Topic)
                .OrderBy(topic => topic.Key, StringComparer.Ordinal)
                .Select(topic => new KafkaGroupTopic(topic.Key, topic.Sum(p => Math.Max(0, ends[p.TopicPartition] - p.Offset.Value)), topic.Sum(p => p.Offset.Value)))];
        }
        catch (KafkaException)
        {
            return [];
        }
    }

    private static List<KafkaMessage> ReadLatest(string servers, string topic, int limit, CancellationToken cancellationToken)
    {
        using var consumer = Consumer(servers);
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(topic, Patience).Topics.Single().Partitions;
        var open = new Dictionary<int, long>();
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in partitions)
        {
            var range = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition.PartitionId), Patience);
            if (range.High.Value > range.Low.Value)
            {
                open.Add(partition.PartitionId, range.High.Value);
                starts.Add(new TopicPartitionOffset(topic, partition.PartitionId, Math.Max(range.Low.Value, range.High.Value - limit)));
            }
        }

        var found = new List<KafkaMessage>();
        if (starts.Count == 0)
        {
            return found;
        }

        consumer.Assign(starts);
        // Only what was there when asked: a busy topic has no end.
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = consumer.Consume(Patience);
            if (result is null)
            {
                break;
            }

            if (result.IsPartitionEOF || result.Offset.Value >= open.GetValueOrDefault(result.Partition.Value) - 1)
            {
                open.Remove(result.Partition.Value);
                consumer.Pause([result.TopicPartition]);
            }

            if (!result.IsPartitionEOF)
            {
                found.Add(Decode(result));
            }
        }

        return [.. found.OrderByDescending(message => message.Time).ThenByDescending(message => message.Offset).Take(limit)];
    }

    private static KafkaMessage Decode(ConsumeResult<byte[], byte[]> result) => new(
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Timestamp.UtcDateTime,
        Text(result.Message.Key),
        [.. result.Message.Headers.Select(header => new KafkaHeader(header.Key, Text(header.GetValueBytes())))],
        Text(result.Message.Value),
        result.Message.Value?.Length ?? 0);

    private static string? Text(byte[]? bytes)
    {
        if (bytes is null)
        {
            return null;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.Length > LargestText ? text[..LargestText] : text;
        }
        catch (DecoderFallbackException)
        {
            return "base64:" + Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, LargestText)));
        }
    }

    private static IConsumer<byte[], byte[]> Consumer(string servers)
    {
        var config = Client<ConsumerConfig>(servers);
        // A consumer needs the name of a group, which it neither joins nor commits to.
        config.GroupId = "dashboard";
        config.EnableAutoCommit = false;
        config.EnablePartitionEof = true;
        config.FetchMaxBytes = 8 << 20;
        config.QueuedMaxMessagesKbytes = 16 << 10;
        config.FetchWaitMaxMs = 50;
        return new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    private static T Client<T>(string servers)
        where T : ClientConfig, new() => new() { BootstrapServers = servers, ClientId = "dashboard", SocketTimeoutMs = (int)Patience.TotalMilliseconds };
}
