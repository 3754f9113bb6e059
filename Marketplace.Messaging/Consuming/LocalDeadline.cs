using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// A message's deadline by this process's clock, which may differ from the sender's by more than the sender waits. The record's timestamp
/// is the sender's too, so what is between both is how long it waits in all; and how long the message has been under way at most is known
/// here while the consumer keeps up with its partition.
/// </summary>
internal static class LocalDeadline
{
    /// <param name="deadline">The deadline by the sender's clock (Unix ms); <c>null</c>: none.</param>
    /// <param name="sent">The record's timestamp.</param>
    /// <param name="now">The time by this process's clock (Unix ms).</param>
    /// <param name="longestWait">How long the message has waited at most; <c>null</c> when that is not known.</param>
    /// <returns>The deadline as it is where both clocks may agree, else the nearest time that is possible (Unix ms).</returns>
    public static long? Find(long? deadline, Timestamp sent, long now, TimeSpan? longestWait)
    {
        if (deadline is not { } end || sent.Type != TimestampType.CreateTime)
        {
            return deadline; // a broker's timestamp says nothing of the sender's clock
        }

        var latest = now + end - Math.Clamp(sent.UnixTimestampMs, 0, Envelope.MaxTime);
        var earliest = longestWait is { } wait ? latest - (long)wait.TotalMilliseconds : long.MinValue;
        return Math.Clamp(Math.Clamp(end, earliest, latest), 0, Envelope.MaxTime);
    }
}
