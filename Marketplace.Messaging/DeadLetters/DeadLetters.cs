using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging.Contracts;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>
/// Moves what cannot be handled out of the way: <c>{topic}.dead-letter</c> gets the original bytes and headers, and the cause.
/// </summary>
/// <remarks>
/// Once for each message, although the dead letter and the offset of the original cannot be written at one stroke: a process that ends
/// between the two leaves a dead letter whose original is delivered again. Dead letters of one partition therefore stand in one partition,
/// and whoever is given a partition looks through it before adding the first of its own.
/// </remarks>
internal sealed partial class DeadLetters(MessageProducer producer, TopicProvisioner topics, DeadLetterReader reader, TimeProvider clock, ILogger<DeadLetters> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // Known from before for as long as the partition is ours: nobody else adds any meanwhile.
    private readonly ConditionalWeakTable<PartitionProgress, Task<HashSet<long>>> _known = [];

    /// <summary>Tried until Kafka has it: only then may the original be passed over.</summary>
    public async Task SendAsync(StartedMessage message, string cause, string reason, int attempts, CancellationToken cancellationToken)
    {
        var original = message.Result;
        var topic = Topics.DeadLetter(original.Topic);
        var target = new TopicPartition(topic, original.Partition.Value % topics.Partitions(topic));
        var body = original.Message.Value;
        while (true)
        {
            try
            {
                var known = await _known.GetValue(message.Progress, _ => Task.Run(() => Look(target, original.TopicPartition, cancellationToken), cancellationToken));
                if (known.Contains(original.Offset.Value))
                {
                    Log.Known(logger, original.Topic, original.Partition.Value, original.Offset.Value);
                    return;
                }

                var headers = Headers(original, cause, reason, attempts);
                await producer.ProduceAsync(target, new() { Key = original.Message.Key, Value = body, Headers = headers }).WaitAsync(cancellationToken);
                MessagingTelemetry.DeadLettered(original.Topic, cause);
                Log.Moved(logger, original.Topic, original.Partition.Value, original.Offset.Value, cause, reason);
                return;
            }
            catch (DeliveryException exception) when (exception.Code is ErrorCode.MsgSizeTooLarge && body is { Length: > 0 })
            {
                // As large as a message may be, and the cause makes it larger.
                reason += $" The body's {body.Length} bytes leave no room for the cause and are left out.";
                body = [];
            }
            catch (Exception exception) when (exception is DeliveryException or KafkaException)
            {
                // Whether Kafka has it is unknown: looked up before the next attempt.
                Log.Waiting(logger, exception, topic);
                _known.Remove(message.Progress);
                await Task.Delay(RetryDelay, clock, cancellationToken);
            }
        }
    }

    private static Headers Headers(ConsumeResult<byte[], byte[]> original, string cause, string reason, int attempts)
    {
        var headers = new Headers();
        foreach (var header in original.Message.Headers ?? [])
        {
            // A replayed message that fails again carries the latest cause only.
            if (!HeaderNames.IsError(header.Key))
            {
                headers.Add(header.Key, header.GetValueBytes());
            }
        }

        var origin = new DeadLetterOrigin(original.Topic, original.Partition.Value, original.Offset.Value);
        headers.Add(HeaderNames.ErrorType, Encoding.UTF8.GetBytes(cause));
        headers.Add(HeaderNames.ErrorMessage, Encoding.UTF8.GetBytes(reason));
        headers.Add(HeaderNames.ErrorAttempts, EnvelopeWriter.Number(attempts));
        headers.Add(HeaderNames.ErrorOrigin, Encoding.UTF8.GetBytes(origin.ToString()));
        return headers;
    }

    private HashSet<long> Look(TopicPartition target, TopicPartition source, CancellationToken cancellationToken)
    {
        using var consumer = reader.Open(target.Topic);
        var known = new HashSet<long>();
        DeadLetterReader.Read(
            consumer,
            [new TopicPartitionOffset(target, Offset.Beginning)],
            result =>
            {
                if (!result.IsPartitionEOF
                    && result.Message.Headers.TryGetLastBytes(HeaderNames.ErrorOrigin, out var header)
                    && DeadLetterOrigin.Parse(header) is { } origin
                    && origin.Topic == source.Topic && origin.Partition == source.Partition.Value)
                {
                    known.Add(origin.Offset);
                }
            },
            cancellationToken);
        return known;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}/{Partition}/{Offset}: moved to the dead letters ({Cause}): {Reason}")]
        public static partial void Moved(ILogger logger, string topic, int partition, long offset, string cause, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Topic}/{Partition}/{Offset}: among the dead letters already")]
        public static partial void Known(ILogger logger, string topic, int partition, long offset);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: not taken yet, tried again")]
        public static partial void Waiting(ILogger logger, Exception exception, string topic);
    }
}
