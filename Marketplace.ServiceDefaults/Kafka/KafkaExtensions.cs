using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>Kafka clients, with the names and settings that the package Aspire.Confluent.Kafka has.</summary>
public static class KafkaExtensions
{
    private const string ProducerSection = "Aspire:Confluent:Kafka:Producer";
    private const string ConsumerSection = "Aspire:Confluent:Kafka:Consumer";

    // librdkafka builds a JSON text each time; seldom enough to cost nothing.
    private const int StatisticsIntervalMs = 10_000;

    /// <summary>Registers <see cref="IProducer{TKey, TValue}"/> as a singleton.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The connection string's name, and the health check's.</param>
    /// <param name="configureSettings">Changes the settings after the section <c>Aspire:Confluent:Kafka:Producer</c> did.</param>
    /// <param name="configureBuilder">Adds what is no setting, such as serializers.</param>
    public static void AddKafkaProducer<TKey, TValue>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<KafkaProducerSettings>? configureSettings = null,
        Action<ProducerBuilder<TKey, TValue>>? configureBuilder = null)
    {
        var settings = new KafkaProducerSettings();
        ConnectionSettings.Bind(builder.Configuration, ProducerSection, connectionName, settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddSingleton(services =>
        {
            settings.Config.BootstrapServers = ConnectionSettings.Require(settings.ConnectionString, ProducerSection, connectionName);
            var producer = new ProducerBuilder<TKey, TValue>(settings.Config);
            var log = new KafkaClientLog(services.GetRequiredService<ILoggerFactory>(), connectionName);
            producer.SetLogHandler((_, message) => log.Write(message));
            producer.SetErrorHandler((_, error) => log.Write(error));
            if (!settings.DisableMetrics)
            {
                settings.Config.StatisticsIntervalMs ??= StatisticsIntervalMs;
                producer.SetStatisticsHandler((client, json) => KafkaStatistics.Report(client.Name, json));
            }

            configureBuilder?.Invoke(producer);
            return producer.Build();
        });

        if (!settings.DisableHealthChecks)
        {
            builder.AddKafkaHealthCheck(connectionName, services => services.GetRequiredService<IProducer<TKey, TValue>>());
        }
    }

    /// <summary>Registers <see cref="IConsumer{TKey, TValue}"/> as a singleton.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The connection string's name; the health check's is this and <c>-consumer</c>.</param>
    /// <param name="configureSettings">Changes the settings after the section <c>Aspire:Confluent:Kafka:Consumer</c> did.</param>
    /// <param name="configureBuilder">Adds what is no setting, such as deserializers.</param>
    public static void AddKafkaConsumer<TKey, TValue>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<KafkaConsumerSettings>? configureSettings = null,
        Action<ConsumerBuilder<TKey, TValue>>? configureBuilder = null)
    {
        var settings = new KafkaConsumerSettings();
        ConnectionSettings.Bind(builder.Configuration, ConsumerSection, connectionName, settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddSingleton(services =>
        {
            settings.Config.BootstrapServers = ConnectionSettings.Require(settings.ConnectionString, ConsumerSection, connectionName);
            var consumer = new ConsumerBuilder<TKey, TValue>(settings.Config);
            var log = new KafkaClientLog(services.GetRequiredService<ILoggerFactory>(), connectionName);
            consumer.SetLogHandler((_, message) => log.Write(message));
            consumer.SetErrorHandler((_, error) => log.Write(error));
            if (!settings.DisableMetrics)
            {
                settings.Config.StatisticsIntervalMs ??= StatisticsIntervalMs;
                consumer.SetStatisticsHandler((client, json) => KafkaStatistics.Report(client.Name, json));
            }

            configureBuilder?.Invoke(consumer);
            return consumer.Build();
        });

        if (!settings.DisableHealthChecks)
        {
            builder.AddKafkaHealthCheck($"{connectionName}-consumer", services => services.GetRequiredService<IConsumer<TKey, TValue>>());
        }
    }

    private static void AddKafkaHealthCheck(this IHostApplicationBuilder builder, string name, Func<IServiceProvider, IClient> client)
    {
        builder.Services.AddKeyedSingleton(name, (services, _) => new BrokerAdmin(client(services)));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, services => new KafkaHealthCheck(services.GetRequiredKeyedService<BrokerAdmin>(name)), HealthStatus.Degraded, tags: null, KafkaHealthCheck.Timeout));
    }
}
