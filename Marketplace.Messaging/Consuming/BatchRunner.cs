using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>A message whose offset is tracked.</summary>
/// <param name="Result">The message, or the record that it came in with others.</param>
/// <param name="Progress">The progress of its partition.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="CaughtUpAt">It has waited no longer than since then (a timestamp of the clock); <c>null</c> when that is not known.</param>
/// <param name="Part">Where it is in the record; <c>null</c> when it came alone.</param>
internal readonly record struct StartedMessage(ConsumeResult<byte[], byte[]> Result, PartitionProgress Progress, PartitionProgress.TrackedOffset Offset, long? CaughtUpAt, Range? Part = null)
{
    /// <summary>The message as if it had come alone.</summary>
    public ConsumeResult<byte[], byte[]> Alone() =>
        Part is { } part ? new() { TopicPartitionOffset = Result.TopicPartitionOffset, Message = EventBatch.Alone(Result.Message, part) } : Result;

    public void Finish() => Progress.Finish(Offset);

    /// <summary>The messages of the record, which is finished when each of them is.</summary>
    /// <exception cref="PoisonMessageException">It is not a valid batch.</exception>
    public IReadOnlyList<StartedMessage> Split()
    {
        if (!EventBatch.IsIn(Result.Message.Headers))
        {
            return [this];
        }

        var record = this;
        var parts = EventBatch.Split(Result.Message.Value);
        Progress.Split(Offset, parts.Count);
        return parts.ConvertAll(part => record with { Part = part });
    }
}

/// <summary>Runs the handler on batches; retries what fails, message by message, and moves what cannot be handled to the dead letters.</summary>
internal sealed partial class BatchRunner(ConsumerDefinition definition, IMessageHandler handler, DeadLetterProducer deadLetters, ReplyTargets replyTargets, TimeProvider clock, ILogger<BatchRunner> logger)
{
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxDeadline = TimeSpan.FromDays(1);

    public void Start(List<StartedMessage> started, CancellationToken cancellationToken) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Runner.RunAsync(state.Started, state.CancellationToken),
            (Runner: this, Started: started, CancellationToken: cancellationToken),
            preferLocal: false);

    private async Task RunAsync(List<StartedMessage> started, CancellationToken cancellationToken)
    {
        try
        {
            var messages = await OpenAsync(started, cancellationToken);
            var (size, handled) = (definition.Options.MaxBatchSize, new List<Task>(1));
            for (var next = 0; next < messages.Count; next += size)
            {
                var handling = HandleAsync(messages.GetRange(next, Math.Min(size, messages.Count - next)), cancellationToken);
                if (definition.Options.InOrder)
                {
                    await handling;
                }

                handled.Add(handling);
            }

            await Task.WhenAll(handled);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Not finished, so not committed: delivered again.
        }
        catch (Exception exception)
        {
            Log.BatchAborted(logger, exception, definition.Topics[0]);
        }
    }

    private async Task HandleAsync(List<ConsumedMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count > 1)
        {
            if (await TryHandleAsync(messages, cancellationToken) is not { } exception)
            {
                return;
            }

            // One bad message fails the batch, so each is retried on its own.
            Log.BatchFailed(logger, exception, messages[0].Topic, messages.Count);
        }

        foreach (var message in messages)
        {
            if (!message.IsHandled)
            {
                await HandleSingleAsync(message, cancellationToken);
            }
        }
    }

    private async ValueTask<List<ConsumedMessage>> OpenAsync(List<StartedMessage> started, CancellationToken cancellationToken)
    {
        var messages = new List<ConsumedMessage>(started.Count);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var record in started)
        {
            try
            {
                foreach (var message in record.Split())
                {
                    if (await OpenAsync(message, now, cancellationToken) is { } opened)
                    {
                        messages.Add(opened);
                    }
                }
            }
            catch (PoisonMessageException poison)
            {
                await RejectAsync(record, poison.Cause, poison.Message, attempts: 1, cancellationToken);
                record.Finish();
            }
        }

        if (messages.Count > 0)
        {
            MessagingTelemetry.Consumed(messages[0].Topic, definition.Group, messages.Count);
        }

        return messages;
    }

    private async ValueTask<ConsumedMessage?> OpenAsync(StartedMessage message, long now, CancellationToken cancellationToken)
    {
        Envelope envelope;
        TopicPartition? replyTo;
        long? deadline;
        try
        {
            envelope = Envelope.Read(message.Result.Message, message.Part);
            replyTo = await replyTargets.FindAsync(envelope, cancellationToken);
            deadline = LocalDeadline.Find(
                envelope.Deadline,
                message.Result.Message.Timestamp,
                now,
                message.CaughtUpAt is { } caughtUpAt ? clock.GetElapsedTime(caughtUpAt) : null);
            if (deadline > now + (long)MaxDeadline.TotalMilliseconds)
            {
                throw new PoisonMessageException(Envelope.Cause, $"The header {HeaderNames.Deadline} is more than {MaxDeadline.TotalHours} hours ahead.");
            }
        }
        catch (PoisonMessageException poison)
        {
            await RejectAsync(message, poison.Cause, poison.Message, attempts: 1, cancellationToken);
            message.Finish();
            return null;
        }

        if (deadline < now)
        {
            MessagingTelemetry.Expired(message.Result.Topic);
            message.Finish();
            return null;
        }

        return new ConsumedMessage(message, envelope, deadline, replyTo, MessagingTelemetry.StartProcess(message.Result, envelope, definition.Group));
    }

    private async Task<Exception?> TryHandleAsync(List<ConsumedMessage> messages, CancellationToken cancellationToken)
    {
        using var current = messages[0].Activate();
        try
        {
            await handler.HandleAsync(messages, cancellationToken);
            messages.ForEach(message => message.Complete());
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested || exception is not OperationCanceledException)
        {
            return exception;
        }
    }

    private async Task HandleSingleAsync(ConsumedMessage message, CancellationToken cancellationToken)
    {
        using var current = message.Activate(); // so that log entries carry its trace
        List<ConsumedMessage> single = [message];
        var delay = definition.Options.RetryDelay;
        while (await TryHandleAsync(single, cancellationToken) is { } exception)
        {
            message.Attempts++;
            message.Span?.AddException(exception).SetStatus(ActivityStatusCode.Error);
            if (exception is PoisonMessageException poison)
            {
                await RejectAsync(message.Started, poison.Cause, poison.Message, message.Attempts, cancellationToken);
                break;
            }

            Log.AttemptFailed(logger, exception, message.Topic, message.Partition, message.Offset, message.Attempts);
            if (message.Attempts >= definition.Options.MaxAttempts)
            {
                await RejectAsync(message.Started, "handler-failed", exception.GetType().Name, message.Attempts, cancellationToken);
                break;
            }

            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
            delay = delay * 2 < MaxRetryDelay ? delay * 2 : MaxRetryDelay;
            if (message.Deadline < clock.GetUtcNow())
            {
                MessagingTelemetry.Expired(message.Topic);
                break;
            }
        }

        message.Complete();
    }

    // Every instance reads a broadcast, and each would send a dead letter.
    private Task RejectAsync(StartedMessage message, string cause, string reason, int attempts, CancellationToken cancellationToken)
    {
        if (definition.Group is not null)
        {
            return deadLetters.SendAsync(message.Alone(), cause, reason, attempts, cancellationToken);
        }

        Log.Skipped(logger, message.Result.Topic, message.Result.Partition.Value, message.Result.Offset.Value, cause, reason);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: a batch of {Count} failed; its messages are retried one by one")]
        public static partial void BatchFailed(ILogger logger, Exception exception, string topic, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}/{Partition}/{Offset}: attempt {Attempt} failed")]
        public static partial void AttemptFailed(ILogger logger, Exception exception, string topic, int partition, long offset, int attempt);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}/{Partition}/{Offset}: skipped ({Cause}): {Reason}")]
        public static partial void Skipped(ILogger logger, string topic, int partition, long offset, string cause, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "{Topic}: a batch was left unfinished; it is delivered again after a restart")]
        public static partial void BatchAborted(ILogger logger, Exception exception, string topic);
    }
}
