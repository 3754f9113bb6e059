using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Messaging;

/// <summary>Registers what a process sends and reads. Begin with <see cref="MessagingExtensions.AddMessaging"/>.</summary>
public sealed class MessagingBuilder
{
    /// <summary>Partitions of every topic unless configured otherwise.</summary>
    public const int DefaultPartitions = 12;

    private readonly IServiceCollection _services;

    internal MessagingBuilder(IServiceCollection services) => _services = services;

    /// <summary>A topic that must exist before the process sends or reads.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitions">How many partitions it gets when it has to be created; 1 or more.</param>
    public MessagingBuilder AddTopic(string name, int partitions = DefaultPartitions) => Add(name, partitions, takesReplies: false);

    /// <summary>A topic, as in <see cref="AddTopic"/>, that commands may name for their replies. Replies are sent to no others.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitions">How many partitions it gets when it has to be created; 1 or more.</param>
    public MessagingBuilder AddReplyTopic(string name, int partitions = DefaultPartitions) => Add(name, partitions, takesReplies: true);

    /// <summary>
    /// Handles the messages of a topic; instances of one group share its partitions. Adds the topic and its dead-letter topic.
    /// </summary>
    /// <typeparam name="THandler">Registered as a singleton unless it is already.</typeparam>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="configure">Sets options.</param>
    public MessagingBuilder AddConsumer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string topic, string group, Action<ConsumerOptions>? configure = null)
        where THandler : class, IMessageHandler
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(group);
        return AddLoop<THandler>([topic], group, configure);
    }

    /// <summary>
    /// Handles every message of the topics from now on, in every instance; nothing is committed.
    /// A message that cannot be handled is logged and skipped. Adds the topics.
    /// </summary>
    /// <typeparam name="THandler">Registered as a singleton unless it is already.</typeparam>
    /// <param name="topics">The topics.</param>
    /// <param name="configure">Sets options.</param>
    public MessagingBuilder AddBroadcastConsumer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(IReadOnlyList<string> topics, Action<ConsumerOptions>? configure = null)
        where THandler : class, IMessageHandler =>
        AddLoop<THandler>(topics, group: null, configure);

    /// <summary>Registers <see cref="RequestClient"/>. Adds the reply topic, but not the topics of the commands.</summary>
    /// <param name="replyTopic">The topic of the replies; each process reads a partition of its own.</param>
    /// <param name="partitions">How many partitions the reply topic gets when it has to be created: one for each instance.</param>
    public MessagingBuilder AddRequestClient(string replyTopic, int partitions = DefaultPartitions)
    {
        AddTopic(replyTopic, partitions);
        _services.AddSingleton<ReplyPartitionLease>();
        _services.AddSingleton(services => ActivatorUtilities.CreateInstance<ReplyReader>(services, replyTopic));
        _services.AddSingleton<IHostedService>(services => services.GetRequiredService<ReplyReader>());
        _services.AddSingleton(services => new RequestClient(
            services.GetRequiredKeyedService<MessageProducer>(MessagingExtensions.Requests),
            services.GetRequiredService<TopicProvisioner>(),
            services.GetRequiredService<ReplyReader>(),
            services.GetRequiredService<TimeProvider>()));
        return this;
    }

    private MessagingBuilder Add(string topic, int partitions, bool takesReplies)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        _services.AddSingleton(new TopicDefinition(topic, partitions, takesReplies));
        return this;
    }

    private MessagingBuilder AddLoop<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(IReadOnlyList<string> topics, string? group, Action<ConsumerOptions>? configure)
        where THandler : class, IMessageHandler
    {
        ArgumentOutOfRangeException.ThrowIfZero(topics.Count);
        var options = new ConsumerOptions();
        configure?.Invoke(options);

        foreach (var topic in topics)
        {
            AddTopic(topic);
            if (group is not null)
            {
                AddTopic(DeadLetterQueue.TopicOf(topic));
                _services.AddSingleton(services => ActivatorUtilities.CreateInstance<DeadLetterQueue>(services, topic));
            }
        }

        var definition = new ConsumerDefinition(topics, group, options);
        _services.TryAddSingleton<THandler>();
        _services.AddSingleton(services => ActivatorUtilities.CreateInstance<ConsumerLoop>(
            services,
            definition,
            ActivatorUtilities.CreateInstance<BatchRunner>(services, definition, services.GetRequiredService<THandler>())));
        return this;
    }
}
