namespace Marketplace.Messaging;

/// <summary>Dead letters cannot be worked on now; the message says why, for people.</summary>
public sealed class DeadLetterException(string message) : Exception(message)
{
    /// <summary>Whether it can be later: somebody else is at work on them.</summary>
    public bool IsBusy { get; init; }
}
