using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Reads what a dead-letter topic holds now, and ends there. Blocks its thread.</summary>
internal sealed class DeadLetterReader(KafkaConnection connection)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Settings of a consumer of dead letters; its committed offsets say what operators have dealt with.</summary>
    public ConsumerConfig Config(string topic)
    {
        var config = connection.ConsumerConfig();
        config.GroupId = $"{topic}.operators";
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.EnablePartitionEof = true;
        config.ConsumeResultFields = "headers,timestamp,topic";
        return config;
    }

    public IConsumer<byte[], byte[]> Open(string topic) => Builder(Config(topic)).Build();

    // Whoever asks is told by the exception why there is no answer; the client's own lines would stand among a command's output.
    public static ConsumerBuilder<byte[], byte[]> Builder(ConsumerConfig config) =>
        new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { });

    /// <summary>The partitions of a topic; none when it does not exist yet.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public static List<TopicPartition> Partitions(IConsumer<byte[], byte[]> consumer, string topic)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return [.. admin.GetMetadata(topic, Patience).Topics
            .Where(found => !found.Error.IsError)
            .SelectMany(found => found.Partitions)
            .Select(partition => new TopicPartition(topic, partition.PartitionId))
            .OrderBy(partition => partition.Partition.Value)];
    }

    /// <summary>Reads partitions to their ends, which are told too.</summary>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public static void Read(IConsumer<byte[], byte[]> consumer, IReadOnlyCollection<TopicPartitionOffset> from, Action<ConsumeResult<byte[], byte[]>> each, CancellationToken cancellationToken)
    {
        consumer.Assign(from);
        for (var open = from.Count; open > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = consumer.Consume(Patience) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
            each(result);
            if (result.IsPartitionEOF)
            {
                open--;
                consumer.IncrementalUnassign([result.TopicPartition]);
            }
        }
    }
}
