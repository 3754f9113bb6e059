using Confluent.Kafka;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Sends answers to those who asked.</summary>
public sealed partial class Replies
{
    private readonly MessageProducer _producer;
    private readonly ILogger<Replies> _logger;

    internal Replies(MessageProducer producer, ILogger<Replies> logger)
    {
        _producer = producer;
        _logger = logger;
    }

    /// <summary>
    /// Sends the answer to <paramref name="command"/>, if it wants one, and returns at once: the command's offset is committed
    /// only after Kafka has the answer, so nothing need be awaited.
    /// </summary>
    /// <param name="command">The command answered.</param>
    /// <param name="body">A <see cref="ProductReply"/> as JSON; see <see cref="RawProductReply"/> for the cheap way.</param>
    /// <exception cref="DeliveryException">The client's queue is full; let it pass, and the command is tried again.</exception>
    public void Send(ConsumedMessage command, byte[] body)
    {
        if (command.ReplyTo is not { } target)
        {
            return;
        }

        ref readonly var asked = ref command.Envelope;
        var topic = target.Topic;
        var span = MessagingTelemetry.StartSend(topic, command.Span?.Context ?? default);
        var headers = _producer.Envelope(MessageTypes.ProductReply, asked.CorrelationId!, span);
        headers.Add(HeaderNames.CorrelationId, asked.CorrelationId);

        command.Hold();
        try
        {
            _producer.Produce(
                target,
                new Message<byte[], byte[]> { Key = asked.CorrelationId!, Value = body, Headers = headers },
                span,
                report =>
                {
                    if (report.Error.IsError)
                    {
                        // The asker's deadline has passed long ago; asking again is its part.
                        Log.Undelivered(_logger, topic, report.Error.Code);
                    }

                    command.Release();
                });
        }
        catch (DeliveryException)
        {
            command.Release();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: an answer was not delivered ({Code})")]
        public static partial void Undelivered(ILogger logger, string topic, ErrorCode code);
    }
}
