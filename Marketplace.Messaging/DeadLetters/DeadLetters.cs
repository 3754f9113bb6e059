using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Moves what cannot be handled out of the way: <c>{topic}.dead-letter</c> gets the original bytes and headers, and the cause.</summary>
internal sealed partial class DeadLetters(MessageProducer producer, TimeProvider clock, ILogger<DeadLetters> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Tried until Kafka has it: only then may the original be passed over.</summary>
    public async Task SendAsync(ConsumeResult<byte[], byte[]> original, string cause, string message, int attempts, CancellationToken cancellationToken)
    {
        var topic = Topics.DeadLetter(original.Topic);
        while (true)
        {
            try
            {
                await SendOnceAsync(topic, original, cause, message, attempts).WaitAsync(cancellationToken);
                MessagingTelemetry.DeadLettered(original.Topic, cause);
                Log.Moved(logger, original.Topic, original.Partition.Value, original.Offset.Value, cause, message);
                return;
            }
            catch (DeliveryException exception)
            {
                Log.Waiting(logger, exception, topic);
                await Task.Delay(RetryDelay, clock, cancellationToken);
            }
        }
    }

    private Task SendOnceAsync(string topic, ConsumeResult<byte[], byte[]> original, string cause, string message, int attempts)
    {
        var headers = new Headers();
        foreach (var header in original.Message.Headers ?? [])
        {
            // A replayed message that fails again carries the latest cause only.
            if (header.Key is not (HeaderNames.ErrorType or HeaderNames.ErrorMessage or HeaderNames.ErrorAttempts or HeaderNames.ErrorOrigin))
            {
                headers.Add(header.Key, header.GetValueBytes());
            }
        }

        headers.Add(HeaderNames.ErrorType, Encoding.UTF8.GetBytes(cause));
        headers.Add(HeaderNames.ErrorMessage, Encoding.UTF8.GetBytes(message));
        headers.Add(HeaderNames.ErrorAttempts, EnvelopeWriter.Number(attempts));
        headers.Add(HeaderNames.ErrorOrigin, Encoding.UTF8.GetBytes($"{original.Topic}/{original.Partition.Value}/{original.Offset.Value}"));

        var delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        producer.Produce(
            new TopicPartition(topic, Partition.Any),
            new Message<byte[], byte[]> { Key = original.Message.Key, Value = original.Message.Value, Headers = headers },
            span: null,
            report =>
            {
                if (report.Error.IsError)
                {
                    delivered.TrySetException(new DeliveryException(topic, report.Error));
                }
                else
                {
                    delivered.TrySetResult();
                }
            });
        return delivered.Task;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}/{Partition}/{Offset}: moved to the dead letters ({Cause}): {Reason}")]
        public static partial void Moved(ILogger logger, string topic, int partition, long offset, string cause, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: not taken yet, tried again")]
        public static partial void Waiting(ILogger logger, Exception exception, string topic);
    }
}
