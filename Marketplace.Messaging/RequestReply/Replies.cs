using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Sends replies to commands.</summary>
public sealed partial class Replies
{
    private readonly ConcurrentDictionary<TopicPartition, BatchSender> _senders = new();
    private readonly MessageProducer _producer;
    private readonly ILogger<Replies> _logger;

    internal Replies(MessageProducer producer, ILogger<Replies> logger)
    {
        _producer = producer;
        _logger = logger;
    }

    /// <summary>
    /// Sends the reply to <paramref name="command"/>, if it wants one, without waiting: the command's offset is committed
    /// only after Kafka has stored the reply.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="type">The reply's CloudEvents type.</param>
    /// <param name="body">The reply, JSON in UTF-8.</param>
    /// <param name="tooLarge">What is sent in place of a <paramref name="body"/> that is too large for Kafka: a reply that says so.</param>
    /// <exception cref="DeliveryException">The client's queue is full; not caught by the handler, it makes the command be retried.</exception>
    public void Send(ConsumedMessage command, string type, byte[] body, byte[] tooLarge)
    {
        if (command.ReplyTo is not { } target)
        {
            return;
        }

        try
        {
            Send(command, target, type, body, tooLarge);
        }
        catch (DeliveryException exception) when (exception.IsTooLarge)
        {
            Log.TooLarge(_logger, target.Topic, body.Length);
            Send(command, target, type, tooLarge, tooLarge);
        }
    }

    private void Send(ConsumedMessage command, TopicPartition target, string type, byte[] body, byte[] tooLarge)
    {
        ref readonly var envelope = ref command.Envelope;
        var correlationId = envelope.CorrelationId.ToArray();
        var isText = Utf8.IsValid(correlationId);

        // A CloudEvents id is text; a correlation id may be any bytes, and goes back as it came.
        var id = isText ? correlationId : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(correlationId));
        var span = MessagingTelemetry.StartSend(target.Topic, command.Span?.Context ?? default);
        command.AddReference();
        try
        {
            var sender = _senders.GetOrAdd(target, static (target, producer) => new BatchSender(producer, () => target, static headers => headers.Add(EventBatch.Accept)), _producer);
            sender.Send(new QueuedMessage(type, id, correlationId, correlationId, body, null, span, OnDelivery), together: envelope.AcceptsBatches && isText);
        }
        catch (DeliveryException)
        {
            command.Release();
            throw;
        }

        void OnDelivery(Error error)
        {
            if (DeliveryException.IsSize(error.Code) && body != tooLarge)
            {
                SendTooLarge(command, target, type, body.Length, tooLarge);
            }
            else if (error.IsError)
            {
                // By now the command's deadline has passed; a retry is up to its sender.
                Log.DeliveryFailed(_logger, target.Topic, error.Code);
            }

            command.Release();
        }
    }

    // The client's own limit was not exceeded, but the broker's.
    private void SendTooLarge(ConsumedMessage command, TopicPartition target, string type, int bytes, byte[] tooLarge)
    {
        Log.TooLarge(_logger, target.Topic, bytes);
        try
        {
            Send(command, target, type, tooLarge, tooLarge);
        }
        catch (DeliveryException exception)
        {
            Log.DeliveryFailed(_logger, target.Topic, exception.Code);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: a reply was not delivered ({Code})")]
        public static partial void DeliveryFailed(ILogger logger, string topic, ErrorCode code);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: a reply of {Bytes} bytes is larger than Kafka takes; a failure is sent in its place")]
        public static partial void TooLarge(ILogger logger, string topic, int bytes);
    }
}
