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

    /// <summary>The key of the <see cref="MessageProducer"/> of commands and replies.</summary>
    internal const string Requests = "requests";

    private const string Events = "events";

    /// <summary>
    /// Registers <see cref="MessageProducer"/> and <see cref="Replies"/>, and returns the builder of topics, consumers and requests.
    /// The process starts without a broker and is ready (<c>/health</c>) once its topics exist and its consumers have joined.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="connectionName">The connection string's name.</param>
    public static MessagingBuilder AddMessaging(this IHostApplicationBuilder builder, string connectionName = "kafka")
    {
        builder.AddKafkaProducer(connectionName, TuneRequests);
        builder.AddKeyedKafkaProducer(connectionName, Events, TuneEvents);

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IHostedService, ProducerFlush>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<EnvelopeWriter>(
            provider, $"/{builder.Configuration["OTEL_SERVICE_NAME"] ?? builder.Environment.ApplicationName}"));
        services.AddKeyedSingleton(Requests, (provider, _) => new MessageProducer(
            provider.GetRequiredService<IProducer<byte[], byte[]>>(),
            provider.GetRequiredService<EnvelopeWriter>()));
        services.AddSingleton(provider => new MessageProducer(
            provider.GetRequiredKeyedService<IProducer<byte[], byte[]>>(Events),
            provider.GetRequiredService<EnvelopeWriter>()));
        services.AddSingleton(provider => new Lazy<MessageProducer>(provider.GetRequiredService<MessageProducer>)); // a process that sends no events connects no producer for them
        services.AddSingleton(provider => new Replies(
            provider.GetRequiredKeyedService<MessageProducer>(Requests),
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

    // A command only reads, and its sender sends it again when no reply comes: what is lost with a broker, or stored twice, does no harm.
    private static void TuneRequests(ProducerConfig config)
    {
        config.EnableIdempotence ??= false;
        config.Acks ??= config.EnableIdempotence == true ? Acks.All : Acks.Leader;
        Tune(config);
    }

    private static void TuneEvents(ProducerConfig config)
    {
        config.EnableIdempotence ??= true;
        config.Acks ??= Acks.All;
        Tune(config);
    }

    // No lingering: a message is sent at once while no request is in flight, and batched while one is.
    private static void Tune(ProducerConfig config)
    {
        config.LingerMs ??= 0;
        config.MaxInFlight ??= 1;
        config.MessageTimeoutMs ??= 30_000;
        config.QueueBufferingMaxKbytes ??= 32 * 1024;
        config.DeliveryReportFields ??= "none";
        KafkaConnection.Tune(config);
    }
}
