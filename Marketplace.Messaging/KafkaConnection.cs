using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Builds this process's consumers from the configuration of the client integration, which registers only one shared
/// <see cref="IConsumer{TKey, TValue}"/>: each loop needs its own, with its own handlers, and a new one after a fatal error.
/// </summary>
internal sealed class KafkaConnection(string name, IConfiguration configuration, ILoggerFactory loggers)
{
    private const string Section = "Aspire:Confluent:Kafka:Consumer";

    private readonly KafkaClientLog _log = new(loggers, name);

    /// <summary>This instance's name, if it keeps one over restarts (<see cref="MessagingExtensions.InstanceIdSetting"/>).</summary>
    public string? InstanceId { get; } = configuration[MessagingExtensions.InstanceIdSetting];

    /// <summary>How often topics are looked at for new partitions; the clients' own setting.</summary>
    public TimeSpan MetadataInterval => TimeSpan.FromMilliseconds(ConsumerConfig().TopicMetadataRefreshIntervalMs!.Value);

    /// <summary>Brokers, security and tuning from configuration, and defaults for what it does not set.</summary>
    public ConsumerConfig ConsumerConfig()
    {
        var config = new ConsumerConfig();
        configuration.GetSection($"{Section}:Config").Bind(config);
        configuration.GetSection($"{Section}:{name}:Config").Bind(config);
        config.BootstrapServers = configuration.GetConnectionString(name)
            ?? configuration[$"{Section}:ConnectionString"]
            ?? throw new InvalidOperationException($"No connection string: set 'ConnectionStrings:{name}' or '{Section}:ConnectionString'.");

        // The prefetch queue; the default is 64 MiB.
        config.QueuedMaxMessagesKbytes ??= 8 * 1024;
        config.QueuedMinMessages ??= 10_000;
        config.FetchQueueBackoffMs ??= 10;
        config.ConsumeResultFields = "headers,timestamp,topic";

        // With the consumer protocol (KIP-848) the group's own configuration at the brokers decides these three, and the client refuses them.
        if (config.GroupProtocol != GroupProtocol.Consumer)
        {
            // A killed instance's partitions are reassigned after this time; the brokers' default minimum is 6 s.
            config.SessionTimeoutMs ??= 10_000;

            // Members learn with a heartbeat that partitions are to be given up, so this decides how long a joining or leaving instance is noticed.
            config.HeartbeatIntervalMs ??= 500;
            config.PartitionAssignmentStrategy ??= PartitionAssignmentStrategy.CooperativeSticky;
        }

        Tune(config);
        return config;
    }

    /// <summary>Defaults of producers and consumers; configuration takes precedence.</summary>
    public static void Tune(ClientConfig config)
    {
        config.SocketNagleDisable ??= true;

        // New partitions are seen within this time.
        config.TopicMetadataRefreshIntervalMs ??= 30_000;

        // Reconnects within a second after a broker is back.
        config.ReconnectBackoffMs ??= 100;
        config.ReconnectBackoffMaxMs ??= 1_000;

        // Services export their own metrics; those for brokers (KIP-714) would take memory for each connection.
        config.EnableMetricsPush ??= false;
    }

    public ConsumerBuilder<byte[], byte[]> Consumer(ConsumerConfig config) =>
        new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => _log.Write(message))
            .SetErrorHandler((_, error) => _log.Write(error));
}
