namespace Marketplace.Messaging;

/// <summary>Does the work of consumed messages.</summary>
public interface IMessageHandler
{
    /// <summary>
    /// Handles messages that were waiting together: one when it is quiet, up to <see cref="ConsumerOptions.MaxBatchSize"/> in a burst.
    /// Returning finishes all of them; <see cref="ConsumedMessage.Complete"/> finishes one sooner.
    /// Delivery is at least once: the same message may come again.
    /// </summary>
    /// <param name="messages">At least one message, in offset order within a partition.</param>
    /// <param name="cancellationToken">Ends when the service could not finish in time while stopping; the messages are then delivered again.</param>
    /// <exception cref="PoisonMessageException">The message can never be handled: it goes to the dead-letter topic (a broadcast's is skipped).</exception>
    /// <exception cref="Exception">Anything else is tried again, message by message with growing delay, up to <see cref="ConsumerOptions.MaxAttempts"/>; then it counts as poison.</exception>
    Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken);
}
