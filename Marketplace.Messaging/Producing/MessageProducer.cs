using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// Sends events and dead letters, with acknowledgement by every in-sync replica and without duplicates. A second, internal one sends
/// commands and replies, acknowledged by the leader alone. The client's calls are not safe against its concurrent disposal, and an
/// abandoned handler may still run then: this class, disposed before the client, rejects new calls and waits for those in progress.
/// </summary>
public sealed class MessageProducer : IDisposable
{
    private const int Closed = int.MinValue / 2;

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly EnvelopeWriter _envelopes;
    private int _calls;

    internal MessageProducer(IProducer<byte[], byte[]> producer, EnvelopeWriter envelopes)
    {
        _producer = producer;
        _envelopes = envelopes;
    }

    /// <summary>Sends a message; completes when every in-sync replica has stored it.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="cancellationToken">Ends the wait; the message may still be delivered.</param>
    /// <exception cref="DeliveryException">Kafka did not store it within the client's <c>message.timeout.ms</c>.</exception>
    public async Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken = default)
    {
        var id = Encoding.UTF8.GetBytes(message.Id ?? Guid.CreateVersion7().ToString("N"));
        ActivityContext.TryParse(message.TraceParent, null, isRemote: true, out var parent);
        var span = MessagingTelemetry.StartSend(message.Topic, parent);
        var headers = _envelopes.Write(message.Type, id, span);
        await ProduceAsync(
            new TopicPartition(message.Topic, Partition.Any),
            new Message<byte[], byte[]> { Key = message.Key!, Value = message.Body, Headers = headers },
            span).WaitAsync(cancellationToken);
    }

    /// <summary>The same for a message with headers of its own.</summary>
    /// <exception cref="DeliveryException">Kafka did not store it.</exception>
    internal Task ProduceAsync(TopicPartition target, Message<byte[], byte[]> message, Activity? span = null)
    {
        var delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Produce(target, message, 1, report => End(report.Error));
        }
        catch (DeliveryException exception)
        {
            End(exception.Error);
        }

        return delivered.Task;

        void End(Error error)
        {
            MessagingTelemetry.StopSend(span, error);
            if (error.IsError)
            {
                delivered.TrySetException(new DeliveryException(target.Topic, error));
            }
            else
            {
                delivered.TrySetResult();
            }
        }
    }

    /// <summary>The envelope of a message that <see cref="Produce"/> will send.</summary>
    internal Headers Envelope(string type, byte[] id, string? traceParent, string? traceState) => _envelopes.Write(type, id, traceParent, traceState);

    /// <inheritdoc cref="EnvelopeWriter.WriteBatch"/>
    internal byte[] Batch(IReadOnlyList<QueuedMessage> messages) => _envelopes.WriteBatch(messages);

    /// <summary>Hands a record to the client's queue. <paramref name="onDelivery"/> runs on the client's thread and must be brief.</summary>
    /// <exception cref="DeliveryException">The queue is full, the record is too large, or the producer is disposed.</exception>
    internal void Produce(TopicPartition target, Message<byte[], byte[]> record, int messages, Action<DeliveryReport<byte[], byte[]>> onDelivery)
    {
        try
        {
            if (Interlocked.Increment(ref _calls) < 0)
            {
                throw new ProduceException<byte[], byte[]>(new Error(ErrorCode.Local_Destroy), new DeliveryResult<byte[], byte[]>());
            }

            _producer.Produce(target, record, onDelivery);
            MessagingTelemetry.Sent(target.Topic, messages);
        }
        catch (ProduceException<byte[], byte[]> exception)
        {
            throw new DeliveryException(target.Topic, exception.Error);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Volatile.Read(ref _calls) >= 0)
        {
            Interlocked.Add(ref _calls, Closed);
            SpinWait.SpinUntil(() => Volatile.Read(ref _calls) == Closed);
        }
    }
}
