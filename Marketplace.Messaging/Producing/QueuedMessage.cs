using System.Diagnostics;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A command or a reply to send, alone or with others in a record.</summary>
/// <param name="Type">The CloudEvents type.</param>
/// <param name="Id">The CloudEvents id, UTF-8.</param>
/// <param name="CorrelationId">What the reply is known by; where it is not text, the message goes alone.</param>
/// <param name="Key">The key; UTF-8 where the message may go with others.</param>
/// <param name="Body">The body, JSON in UTF-8.</param>
/// <param name="Deadline">The deadline (Unix ms, as text).</param>
/// <param name="Span">The span of sending it.</param>
/// <param name="OnDelivery">Runs once Kafka has stored it or has not, on the client's thread; must be brief.</param>
internal sealed record QueuedMessage(string Type, byte[] Id, byte[] CorrelationId, byte[]? Key, byte[] Body, byte[]? Deadline, Activity? Span, Action<Error> OnDelivery)
{
    private readonly Activity? _context = Span ?? Activity.Current;

    /// <summary>The W3C trace context passed on; <c>null</c> without one.</summary>
    public string? TraceParent => _context is { IdFormat: ActivityIdFormat.W3C } ? _context.Id : null;

    /// <inheritdoc cref="TraceParent"/>
    public string? TraceState => _context?.TraceStateString;

    /// <summary>Ends its span and reports its delivery.</summary>
    public void Delivered(Error error)
    {
        MessagingTelemetry.StopSend(Span, error);
        OnDelivery(error);
    }
}
