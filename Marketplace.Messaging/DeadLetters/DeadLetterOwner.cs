using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>The one who replays or purges: the only member of the operators' group, with every partition of the topic. Blocks its thread.</summary>
internal sealed class DeadLetterOwner : IDisposable
{
    // The brokers' default lower bound: how long the others wait for one that was killed.
    private const int SessionTimeoutMs = 6_000;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Queue<ConsumeResult<byte[], byte[]>> _early = new();
    private int? _assigned;
    private bool _revoked;

    public DeadLetterOwner(string topic, DeadLetterReader reader)
    {
        var config = reader.Config(topic);
        config.GroupInstanceId = null;
        config.SessionTimeoutMs = SessionTimeoutMs;
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
        Consumer = DeadLetterReader.Builder(config)
            .SetPartitionsAssignedHandler((_, partitions) => _assigned = partitions.Count)
            .SetPartitionsRevokedHandler((_, _) => _revoked = true)
            .SetPartitionsLostHandler((_, _) => _revoked = true)
            .Build();
        Topic = topic;
    }

    public IConsumer<byte[], byte[]> Consumer { get; }

    public string Topic { get; }

    public IReadOnlyList<TopicPartition> Partitions { get; private set; } = [];

    public static DeadLetterException Busy() => new("Another replay or purge is at work on these dead letters; try again when it has ended.") { IsBusy = true };

    /// <exception cref="DeadLetterException">There is another member.</exception>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public void Join(CancellationToken cancellationToken)
    {
        Partitions = DeadLetterReader.Partitions(Consumer, Topic);
        if (Partitions.Count == 0)
        {
            return;
        }

        Consumer.Subscribe(Topic);
        for (var waited = TimeSpan.Zero; _assigned is null; waited += Poll)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (waited >= Patience)
            {
                throw new KafkaException(ErrorCode.Local_TimedOut);
            }

            if (Consumer.Consume(Poll) is { } result)
            {
                _early.Enqueue(result);
            }
        }

        if (_assigned != Partitions.Count)
        {
            throw Busy();
        }
    }

    /// <summary>The next record, or a partition's end, from what was committed on.</summary>
    /// <exception cref="DeadLetterException">Another member came.</exception>
    /// <exception cref="KafkaException">Nothing more comes.</exception>
    public ConsumeResult<byte[], byte[]> Next(CancellationToken cancellationToken)
    {
        if (_early.TryDequeue(out var early))
        {
            return early;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var result = Consumer.Consume(Patience);
        if (_revoked)
        {
            throw Busy();
        }

        return result ?? throw new KafkaException(ErrorCode.Local_TimedOut);
    }

    /// <summary>Leaves the group, so that the next one is let in at once and not only after the session time-out.</summary>
    public void Dispose() => Consumer.Leave();
}
