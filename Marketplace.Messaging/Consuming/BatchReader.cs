using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Marketplace.Messaging;

/// <summary>Reads what a consumer has waiting, as many messages as there is room for, and starts them.</summary>
internal sealed partial class BatchReader(
    IConsumer<byte[], byte[]> consumer, ConsumerDefinition definition, InFlight inFlight, PartitionOffsets offsets, Action<List<StartedMessage>> start, ILogger logger, CancellationToken stopping)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PatienceBeforePause = TimeSpan.FromSeconds(2);

    private readonly ConsumerOptions _options = definition.Options;

    /// <summary>Starts a batch, or returns after a moment in which nothing came. Blocks its thread.</summary>
    public void Read()
    {
        WaitForRoom();
        if (Consume(Poll) is { } first)
        {
            Start(Collect(first));
        }

        offsets.KeepHouse(consumer);
    }

    private ConsumeResult<byte[], byte[]>? Consume(TimeSpan timeout)
    {
        try
        {
            return consumer.Consume(timeout);
        }
        catch (ConsumeException exception) when (!exception.Error.IsFatal)
        {
            Log.CannotRead(logger, definition.Name, exception.Error.Code, exception.Error.Reason);
            stopping.WaitHandle.WaitOne(Poll);
            return null;
        }
    }

    private List<ConsumeResult<byte[], byte[]>> Collect(ConsumeResult<byte[], byte[]> first)
    {
        var most = _options.InOrder ? _options.MaxBatchSize : Math.Min(_options.MaxBatchSize, _options.MaxInFlight - inFlight.Count);
        var batch = new List<ConsumeResult<byte[], byte[]>>(4) { first };
        while (batch.Count < most && Consume(TimeSpan.Zero) is { } next)
        {
            batch.Add(next);
        }

        return batch;
    }

    private void Start(List<ConsumeResult<byte[], byte[]>> results)
    {
        inFlight.Add(results.Count);
        var started = new List<StartedMessage>(results.Count);
        foreach (var result in results)
        {
            started.Add(offsets.Start(result));
        }

        start(started);
    }

    // Not asking is enough to hold back for a moment: the client's own queue is bounded. When it takes longer, the partitions are
    // paused, so that asking (which keeps this instance in the group) brings nothing.
    private void WaitForRoom()
    {
        if (HasRoom() || inFlight.WaitUntil(HasRoom, PatienceBeforePause, stopping))
        {
            return;
        }

        consumer.Pause(consumer.Assignment);
        Log.Paused(logger, definition.Name, inFlight.Count);
        while (!HasRoom() && !stopping.IsCancellationRequested)
        {
            if (Consume(Poll) is { } assignedSince)
            {
                Start([assignedSince]);
            }

            offsets.KeepHouse(consumer);
        }

        consumer.Resume(consumer.Assignment);
    }

    private bool HasRoom() => inFlight.Count < (_options.InOrder ? 1 : _options.MaxInFlight);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: cannot read ({Code}): {Reason}")]
        public static partial void CannotRead(ILogger logger, string consumer, ErrorCode code, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer}: paused, {InFlight} messages are unfinished")]
        public static partial void Paused(ILogger logger, string consumer, int inFlight);
    }
}
