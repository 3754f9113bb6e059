using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Kafka did not confirm a message. It may be stored all the same when <see cref="Code"/> is a timeout.</summary>
public sealed class DeliveryException(string topic, Error error)
    : Exception($"Kafka did not take a message for {topic}: {error.Code}.")
{
    /// <summary>The topic of the message.</summary>
    public string Topic { get; } = topic;

    /// <summary>The error code of Kafka or of its client.</summary>
    public ErrorCode Code { get; } = error.Code;
}
