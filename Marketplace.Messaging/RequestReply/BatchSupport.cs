namespace Marketplace.Messaging;

/// <summary>
/// Whether those who handle a topic's commands read several in one record. Their replies say so, and one that does not is heeded for a while:
/// during an update, instances of two versions share the topic.
/// </summary>
internal sealed class BatchSupport(TimeProvider clock)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private volatile bool _isKnown;
    private long _deniedAt;

    /// <summary>Whether commands may go together now.</summary>
    public bool IsKnown => _isKnown && (Volatile.Read(ref _deniedAt) is var at && (at == 0 || clock.GetElapsedTime(at) > Memory));

    /// <summary>Takes note of what a reply says.</summary>
    public void Replied(bool acceptsBatches)
    {
        if (acceptsBatches)
        {
            _isKnown = true;
        }
        else
        {
            Volatile.Write(ref _deniedAt, clock.GetTimestamp());
        }
    }

    /// <summary>Forgets it, since a command got no reply.</summary>
    public void Unanswered() => _isKnown = false;
}
