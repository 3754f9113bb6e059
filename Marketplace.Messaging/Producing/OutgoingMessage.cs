namespace Marketplace.Messaging;

/// <summary>A message to send; its envelope is written by <see cref="MessageProducer"/>.</summary>
public readonly record struct OutgoingMessage
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The CloudEvents type.</summary>
    public required string Type { get; init; }

    /// <summary>The key, UTF-8: messages of one key keep their order. <c>null</c> lets the client choose the partition.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The body, JSON in UTF-8.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The CloudEvents id, by which consumers detect duplicates; a new one when absent.</summary>
    public string? Id { get; init; }

    /// <summary>The W3C trace context of its cause, when that is not the current activity (an outbox row keeps its own).</summary>
    public string? TraceParent { get; init; }
}
