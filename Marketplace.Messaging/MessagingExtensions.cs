using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Adds messaging to a process.</summary>
public static class MessagingExtensions
{
    /// <summary>
    /// The setting with this instance's name in its consumer groups (static membership, KIP-345): one that is back within the session
    /// time-out (10 s) finds its partitions as it left them, and no other instance is disturbed. Only for instances that keep their names
    /// and come back, such as those of a StatefulSet: those of one that does not come back wait for the time-out. Unset by default.
    /// </summary>
    public const string InstanceIdSetting = "Messaging:InstanceId";

    /// <summary>
    /// Registers <see cref="MessageProducer"/> and <see cref="Replies"/>, and returns the builder of topics, consumers and requests.
    /// The process starts without a broker and is ready (<c>/health</c>) once its topics exist and its consumers have joined.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="connectionName">The connection string's name.</param>
    public static MessagingBuilder AddMessaging(this IHostApplicationBuilder builder, string connectionName = "kafka")
    {
        builder.AddKafkaProducer(connectionName, Tune);

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IHostedService, ProducerFlush>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<EnvelopeWriter>(
            provider, $"/{builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName}"));
        services.AddSingleton(provider => new MessageProducer(
            provider.GetRequiredService<IProducer<byte[], byte[]>>(),
            provider.GetRequiredService<EnvelopeWriter>()));
        services.AddSingleton(provider => new Replies(
            provider.GetRequiredService<MessageProducer>(),
            provider.GetRequiredService<ILogger<Replies>>()));
        services.AddSingleton<ReplyTargets>();
        services.AddSingleton<DeadLetterProducer>();
        services.AddSingleton<DeadLetterQueues>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Add(DeadLettersJson.Default));
        services.AddSingleton<TopicProvisioner>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<TopicProvisioner>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<KafkaConnection>(provider, connectionName));
        services.AddSingleton<IHostedService, ConsumerLoops>();
        services.AddHealthChecks().AddCheck<MessagingHealthCheck>("messaging");
        return new MessagingBuilder(services);
    }

    // No lingering: a message is sent at once while no request is in flight, and batched while one is.
    private static void Tune(ProducerConfig config)
    {
        config.EnableIdempotence ??= true;
        config.Acks ??= Acks.All;
        config.LingerMs ??= 0;
        config.MaxInFlight ??= 1;
        config.MessageTimeoutMs ??= 30_000;
        config.QueueBufferingMaxKbytes ??= 32 * 1024;
        config.DeliveryReportFields ??= "none";
        KafkaConnection.Tune(config);
    }
}
