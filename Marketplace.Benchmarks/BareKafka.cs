using System.Diagnostics;
using Confluent.Kafka;
using Marketplace.Messaging;

namespace Marketplace.Benchmarks;

/// <summary>The bare client with the settings that were measured best: a producer that sends at once and one request at a time.</summary>
internal static class BareKafka
{
    private static readonly TimeSpan Stay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>The partition to send to now: one for all for a while, so that batches form.</summary>
    public static Partition StickyPartition => (int)(Stopwatch.GetTimestamp() / (long)(Stay.TotalSeconds * Stopwatch.Frequency) % MessagingBuilder.DefaultPartitions);

    public static IProducer<byte[], byte[]> Producer(string bootstrapServers) => new ProducerBuilder<byte[], byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = false,
        Acks = Acks.Leader,
        LingerMs = 0,
        MaxInFlight = 1,
        SocketNagleDisable = true,
        DeliveryReportFields = "none",
    }).Build();

    public static IConsumer<byte[], byte[]> Consumer(string bootstrapServers, string group) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = bootstrapServers,
        GroupId = group,
        EnableAutoCommit = false,
        AutoOffsetReset = AutoOffsetReset.Latest,
        SocketNagleDisable = true,
        FetchQueueBackoffMs = 10,
        // The embedded broker answers an empty fetch no sooner than this.
        FetchWaitMaxMs = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")) ? 10 : null,
    }).Build();

    /// <summary>Hands what comes to a partition from now on to <paramref name="take"/>, on a thread of its own.</summary>
    public static Task ListenAsync(string bootstrapServers, string group, TopicPartition replies, Action<Message<byte[], byte[]>> take, CancellationToken stopping)
    {
        var consumer = Consumer(bootstrapServers, group);
        consumer.Assign(new TopicPartitionOffset(replies, consumer.QueryWatermarkOffsets(replies, TimeLimit).High));
        return Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Listen()
        {
            using (consumer)
            {
                while (!stopping.IsCancellationRequested)
                {
                    if (consumer.Consume(100) is { Message: { } message })
                    {
                        take(message);
                    }
                }

                consumer.Close();
            }
        }
    }

    /// <summary>Connection string of the broker that started this program beside itself.</summary>
    public static string Servers => Environment.GetEnvironmentVariable("ConnectionStrings__kafka")
        ?? throw new InvalidOperationException("ConnectionStrings__kafka is missing.");
}
