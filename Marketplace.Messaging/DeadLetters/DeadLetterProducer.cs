using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Copies messages that cannot be handled to <c>{topic}.dead-letter</c>, with their key, bytes and headers, and the cause. At least once:
/// a process killed after that and before the original's offset is committed leaves a second copy with the same <c>error-origin</c>.
/// </summary>
internal sealed partial class DeadLetterProducer(Lazy<MessageProducer> producer, TimeProvider clock, ILogger<DeadLetterProducer> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Retries until Kafka has stored it; the original's offset may be committed only then.</summary>
    public async Task SendAsync(ConsumeResult<byte[], byte[]> original, string cause, string reason, int attempts, CancellationToken cancellationToken)
    {
        var topic = DeadLetterQueue.TopicOf(original.Topic);
        var body = original.Message.Value;
        while (true)
        {
            try
            {
                await producer.Value.ProduceAsync(
                    new TopicPartition(topic, Partition.Any),
                    new() { Key = original.Message.Key, Value = body, Headers = Headers(original, cause, reason, attempts) }).WaitAsync(cancellationToken);
                MessagingTelemetry.DeadLettered(original.Topic, cause);
                Log.Sent(logger, original.Topic, original.Partition.Value, original.Offset.Value, cause, reason);
                return;
            }
            catch (DeliveryException exception) when (exception.Code is ErrorCode.MsgSizeTooLarge && body is { Length: > 0 })
            {
                reason += $" The body of {body.Length} bytes is left out: with the cause, the message would exceed Kafka's limit.";
                body = [];
            }
            catch (DeliveryException exception)
            {
                Log.Retrying(logger, exception, topic);
                await Task.Delay(RetryDelay, clock, cancellationToken);
            }
        }
    }

    private static Headers Headers(ConsumeResult<byte[], byte[]> original, string cause, string reason, int attempts)
    {
        // A replayed message that fails again carries the latest cause only.
        var headers = HeaderNames.WithoutErrors(original.Message.Headers);
        headers.Add(HeaderNames.ErrorType, Encoding.UTF8.GetBytes(cause));
        headers.Add(HeaderNames.ErrorMessage, Encoding.UTF8.GetBytes(reason));
        headers.Add(HeaderNames.ErrorAttempts, EnvelopeWriter.Number(attempts));
        headers.Add(HeaderNames.ErrorOrigin, Encoding.UTF8.GetBytes($"{original.Topic}/{original.Partition.Value}/{original.Offset.Value}"));
        return headers;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}/{Partition}/{Offset}: moved to the dead letters ({Cause}): {Reason}")]
        public static partial void Sent(ILogger logger, string topic, int partition, long offset, string cause, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: a dead letter was not stored; it is retried")]
        public static partial void Retrying(ILogger logger, Exception exception, string topic);
    }
}
