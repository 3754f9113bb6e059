using Confluent.Kafka;

namespace Marketplace.Benchmarks;

/// <summary>The bare client with the settings that were measured best: a producer that sends at once and one request at a time.</summary>
internal static class BareKafka
{
    public static IProducer<byte[], byte[]> Producer(string bootstrapServers) => new ProducerBuilder<byte[], byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        EnableIdempotence = true,
        Acks = Acks.All,
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

    /// <summary>Connection string of the broker that started this program beside itself.</summary>
    public static string Servers => Environment.GetEnvironmentVariable("ConnectionStrings__kafka")
        ?? throw new InvalidOperationException("ConnectionStrings__kafka is missing.");
}
