namespace Marketplace.Messaging;

/// <summary>Handles consumed messages.</summary>
public interface IMessageHandler
{
    /// <summary>
    /// Handles messages that were waiting together: one under low load, up to <see cref="ConsumerOptions.MaxBatchSize"/> in a burst.
    /// Returning completes all of them; <see cref="ConsumedMessage.Complete"/> completes one sooner.
    /// Delivery is at least once: the same message may come again.
    /// </summary>
    /// <param name="messages">At least one message, in offset order within a partition.</param>
    /// <param name="cancellationToken">Cancelled when the service could not finish in time while stopping; the messages are then delivered again.</param>
    /// <exception cref="PoisonMessageException">The message can never be handled: it goes to the dead-letter topic (a broadcast's is skipped).</exception>
    /// <exception cref="Exception">Anything else is retried, message by message with exponential backoff, up to <see cref="ConsumerOptions.MaxAttempts"/>; then it counts as poison.</exception>
    Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken);
}
