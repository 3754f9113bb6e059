using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>Kafka's client, with the settings that Aspire's integration has.</summary>
public static class KafkaExtensions
{
    private const string Section = "Aspire:Confluent:Kafka:Producer";

    /// <summary>How often librdkafka writes its statistics, each time as a JSON text: seldom enough to cost nothing.</summary>
    private const int StatisticsIntervalMs = 10_000;

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Registers <see cref="IProducer{TKey, TValue}"/> as a singleton, with its log, its metrics and a health check. Settings (librdkafka's
    /// CONFIGURATION.md) come from the section <c>Aspire:Confluent:Kafka:Producer</c>, its part for the connection, and last from code; the
    /// brokers from the connection string.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The connection string's name, and the health check's.</param>
    /// <param name="configure">Changes the settings of the section.</param>
    public static void AddKafkaProducer(this IHostApplicationBuilder builder, string connectionName, Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig();
        builder.Configuration.GetSection($"{Section}:Config").Bind(config);
        builder.Configuration.GetSection($"{Section}:{connectionName}:Config").Bind(config);
        config.StatisticsIntervalMs ??= StatisticsIntervalMs;
        configure?.Invoke(config);

        builder.Services.AddSingleton(services =>
        {
            var brokers = builder.Configuration.GetConnectionString(connectionName) ?? builder.Configuration[$"{Section}:ConnectionString"];
            config.BootstrapServers = !string.IsNullOrWhiteSpace(brokers)
                ? brokers
                : throw new InvalidOperationException($"No connection string: set 'ConnectionStrings:{connectionName}' or '{Section}:ConnectionString'.");
            var log = new KafkaClientLog(services.GetRequiredService<ILoggerFactory>(), connectionName);
            return new ProducerBuilder<byte[], byte[]>(config)
                .SetLogHandler((_, message) => log.Write(message))
                .SetErrorHandler((_, error) => log.Write(error))
                .SetStatisticsHandler((client, json) => KafkaStatistics.Report(client.Name, json))
                .Build();
        });
        builder.Services.AddSingleton(services => new BrokerAdmin(services.GetRequiredService<IProducer<byte[], byte[]>>()));

        // Every broker answers this; describing the cluster asks a controller, which an embedded one lacks.
        ServerHealthCheck.Add(
            builder.Services, connectionName,
            (services, cancellationToken) => services.GetRequiredService<BrokerAdmin>().GetMetadataAsync(CheckTimeout, cancellationToken),
            exception => (exception as KafkaException)?.Error.Code.ToString());
    }
}
