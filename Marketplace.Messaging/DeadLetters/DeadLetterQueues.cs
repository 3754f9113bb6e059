namespace Marketplace.Messaging;

/// <summary>The dead letters of this process's consumers.</summary>
internal sealed class DeadLetterQueues(IEnumerable<DeadLetterQueue> queues)
{
    private readonly DeadLetterQueue[] _queues = [.. queues.DistinctBy(queue => queue.Topic)];

    /// <param name="topic">A dead-letter topic; may be left out where there is only one.</param>
    /// <exception cref="DeadLetterException">There is no such topic here, or several to choose from.</exception>
    public DeadLetterQueue Get(string? topic)
    {
        var found = topic is null ? _queues : Array.FindAll(_queues, queue => queue.Topic == topic);
        return found.Length == 1
            ? found[0]
            : throw new DeadLetterException($"topic must be one of: {string.Join(", ", _queues.Select(queue => queue.Topic))}.");
    }
}
