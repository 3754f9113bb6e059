using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Kafka did not confirm a message. It may be stored all the same when <see cref="Code"/> is a timeout.</summary>
public sealed class DeliveryException(string topic, Error error)
    : Exception($"Kafka did not take a message for {topic}: {error.Code}.")
{
    /// <summary>The topic of the message.</summary>
    public string Topic { get; } = topic;

    internal Error Error { get; } = error;

    /// <summary>The error code of Kafka or of its client.</summary>
    public ErrorCode Code => Error.Code;

    /// <summary>Whether the message is larger than the client, the topic or a segment of it takes, so that sending it again does not help.</summary>
    public bool IsTooLarge => IsSize(Code);

    internal static bool IsSize(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;
}
