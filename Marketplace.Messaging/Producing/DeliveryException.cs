using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Kafka did not take a message. Whether a copy of it was stored all the same is unknown when <see cref="Code"/> is a time-out.</summary>
public sealed class DeliveryException(string topic, Error error)
    : Exception($"Kafka did not take a message for {topic}: {error.Code}.")
{
    /// <summary>Where it was going.</summary>
    public string Topic { get; } = topic;

    /// <summary>Kafka's or the client's own code.</summary>
    public ErrorCode Code { get; } = error.Code;
}
