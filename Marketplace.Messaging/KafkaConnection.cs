using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Builds this process's consumers: a loop needs its own, with handlers of its own, and a new one after a fatal error,
/// which the one shared <see cref="IConsumer{TKey, TValue}"/> of the client integration cannot be. Same settings, same sections.
/// </summary>
internal sealed class KafkaConnection(string name, IConfiguration configuration, ILoggerFactory loggers)
{
    private const string Section = "Aspire:Confluent:Kafka:Consumer";

    private readonly KafkaClientLog _log = new(loggers, name);

    /// <summary>This instance's name, where it keeps one over restarts (<see cref="MessagingExtensions.InstanceIdSetting"/>).</summary>
    public string? InstanceId { get; } = configuration[MessagingExtensions.InstanceIdSetting];

    /// <summary>Brokers, security and tuning from configuration; the caller adds what its way of consuming needs, then ours fill the gaps.</summary>
    public ConsumerConfig ConsumerConfig()
    {
        var config = new ConsumerConfig();
        configuration.GetSection($"{Section}:Config").Bind(config);
        configuration.GetSection($"{Section}:{name}:Config").Bind(config);
        config.BootstrapServers = configuration.GetConnectionString(name)
            ?? configuration[$"{Section}:ConnectionString"]
            ?? throw new InvalidOperationException($"No connection string: set 'ConnectionStrings:{name}' or '{Section}:ConnectionString'.");

        // What a client holds in memory before it is asked for: the default is 64 MiB.
        config.QueuedMaxMessagesKbytes ??= 8 * 1024;
        config.QueuedMinMessages ??= 10_000;
        config.FetchQueueBackoffMs ??= 10;
        config.ConsumeResultFields = "headers,topic";

        // A killed instance's partitions go to the others after this time; the brokers' default lower bound is 6 s.
        config.SessionTimeoutMs ??= 10_000;
        config.HeartbeatIntervalMs ??= 2_000;

        config.TopicMetadataRefreshIntervalMs ??= 30_000;
        Tune(config);
        return config;
    }

    /// <summary>What producers and consumers have in common; what configuration says wins.</summary>
    public static void Tune(ClientConfig config)
    {
        config.SocketNagleDisable ??= true;

        // A broker that comes back is noticed within a second.
        config.ReconnectBackoffMs ??= 100;
        config.ReconnectBackoffMaxMs ??= 1_000;

        // Services tell their metrics themselves; kept for brokers that collect them (KIP-714), they would take memory for each connection.
        config.EnableMetricsPush ??= false;
    }

    public ConsumerBuilder<byte[], byte[]> Consumer(ConsumerConfig config) =>
        new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => _log.Write(message))
            .SetErrorHandler((_, error) => _log.Write(error));
}
