namespace Marketplace.Messaging;

/// <summary>
/// Sends everything to one partition for a short while, then to the next. A produce request carries one partition's messages,
/// and a broker's cost is per request: many partitions at a time mean many small requests.
/// For messages whose order does not matter.
/// </summary>
internal sealed class StickyPartition(TimeProvider clock)
{
    /// <summary>How long one partition is kept.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromMilliseconds(20);

    private readonly long _stay = clock.TimestampFrequency * (long)Stay.TotalMilliseconds / 1000;
    private readonly int _offset = Random.Shared.Next(1 << 16);
    private readonly long _start = clock.GetTimestamp();

    /// <param name="partitions">How many there are; at least 1.</param>
    public int Next(int partitions) =>
        (int)(((clock.GetTimestamp() - _start) / _stay + _offset) % partitions);
}
