using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// Sends messages to one target: at once while none is on its way, else those that came meanwhile together in the next record. What a message
/// costs the clients and the broker is mostly a record's cost, so under load many share it, and alone none waits.
/// </summary>
/// <param name="producer">Sends the records.</param>
/// <param name="target">Where the next record goes.</param>
/// <param name="addHeaders">Adds what every record has.</param>
internal sealed class BatchSender(MessageProducer producer, Func<TopicPartition> target, Action<Headers> addHeaders)
{
    private const int MaxMessages = 128;
    private const int MaxBytes = 256 * 1024;
    private const int MaxWaiting = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<QueuedMessage> _waiting = new();
    private int _waitingBytes;
    private bool _isSending;
    private volatile bool _isBusy;

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="together">Whether it may share a record: the other side must read batches. A failure is then in its delivery report.</param>
    /// <exception cref="DeliveryException">A message alone: the client's queue is full, it is too large, or the producer is disposed.</exception>
    public void Send(QueuedMessage message, bool together)
    {
        if (!together || message.Body.Length > MaxBytes || !Enqueue(message, out var isFirst))
        {
            SendAlone(message, leads: false);
        }
        else if (isFirst && _isBusy)
        {
            // Not on this thread, so that what it sends next goes along.
            ThreadPool.UnsafeQueueUserWorkItem(static sender => sender.SendWaiting(), this, preferLocal: false);
        }
        else if (isFirst)
        {
            SendWaiting();
        }
    }

    private bool Enqueue(QueuedMessage message, out bool isFirst)
    {
        lock (_lock)
        {
            isFirst = !_isSending;
            if (_waitingBytes >= MaxWaiting)
            {
                return false;
            }

            _waiting.Enqueue(message);
            _waitingBytes += message.Body.Length;
            _isSending = true;
            return true;
        }
    }

    private void SendAlone(QueuedMessage message, bool leads)
    {
        var headers = producer.Envelope(message.Type, message.Id, message.TraceParent, message.TraceState);
        headers.Add(HeaderNames.CorrelationId, message.CorrelationId);
        addHeaders(headers);
        if (message.Deadline is not null)
        {
            headers.Add(HeaderNames.Deadline, message.Deadline);
        }

        try
        {
            producer.Produce(target(), new Message<byte[], byte[]> { Key = message.Key!, Value = message.Body, Headers = headers }, 1, report =>
            {
                if (leads)
                {
                    SendWaiting();
                }

                message.Delivered(report.Error);
            });
        }
        catch (DeliveryException exception)
        {
            MessagingTelemetry.StopSend(message.Span, exception.Error);
            throw;
        }
    }

    private void SendWaiting()
    {
        while (TakeWaiting() is { } messages)
        {
            try
            {
                if (messages.Count == 1)
                {
                    SendAlone(messages[0], leads: true);
                }
                else
                {
                    SendTogether(messages);
                }

                return;
            }
            catch (DeliveryException exception)
            {
                End(messages, exception.Error);
            }
        }
    }

    private List<QueuedMessage>? TakeWaiting()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isSending = false;
                return null;
            }

            var messages = new List<QueuedMessage>(Math.Min(_waiting.Count, MaxMessages));
            for (var bytes = 0; messages.Count < MaxMessages && _waiting.TryPeek(out var next) && (bytes += next.Body.Length) <= MaxBytes;)
            {
                messages.Add(_waiting.Dequeue());
                _waitingBytes -= next.Body.Length;
            }

            _isBusy = messages.Count > 1;
            return messages;
        }
    }

    private void SendTogether(List<QueuedMessage> messages)
    {
        var headers = new Headers { EventBatch.ContentType };
        addHeaders(headers);
        producer.Produce(target(), new Message<byte[], byte[]> { Value = producer.Batch(messages), Headers = headers }, messages.Count, report =>
        {
            SendWaiting();
            End(messages, report.Error);
        });
    }

    // A broker's limit may be lower than what goes together, and still high enough for each.
    private void End(List<QueuedMessage> messages, Error error)
    {
        foreach (var message in messages)
        {
            try
            {
                if (messages.Count > 1 && DeliveryException.IsSize(error.Code))
                {
                    SendAlone(message, leads: false);
                }
                else
                {
                    message.Delivered(error);
                }
            }
            catch (DeliveryException exception)
            {
                message.OnDelivery(exception.Error);
            }
        }
    }
}
