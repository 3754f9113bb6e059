using Confluent.Kafka;

namespace Aspire.Confluent.Kafka;

/// <summary>Settings of <c>AddKafkaConsumer</c>; section <c>Aspire:Confluent:Kafka:Consumer</c>.</summary>
public sealed class KafkaConsumerSettings
{
    /// <summary>The brokers, <c>host:port</c> separated by commas; the connection string wins.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The client's own settings; see librdkafka's CONFIGURATION.md.</summary>
    public ConsumerConfig Config { get; } = [];

    /// <summary>Leaves out the metrics made from the client's statistics.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>The package's setting, without effect here: spans are made where messages are enveloped, not in the client.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves out the health check.</summary>
    public bool DisableHealthChecks { get; set; }
}
