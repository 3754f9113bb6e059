namespace Marketplace.Messaging;

/// <summary>
/// Chooses one partition for a short interval, then the next. A produce request carries one partition's messages,
/// and a broker's cost is per request: many partitions at a time mean many small requests.
/// For messages whose order does not matter.
/// </summary>
internal sealed class StickyPartition(TimeProvider clock)
{
    /// <summary>How long one partition is used.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly long _interval = clock.TimestampFrequency * (long)Interval.TotalMilliseconds / 1000;
    private readonly int _offset = Random.Shared.Next(1 << 16);
    private readonly long _start = clock.GetTimestamp();

    /// <param name="partitions">How many there are; at least 1.</param>
    public int Next(int partitions) =>
        (int)(((clock.GetTimestamp() - _start) / _interval + _offset) % partitions);
}
