using System.Runtime.CompilerServices;

namespace Marketplace.Messaging;

/// <summary>Options of a consumer.</summary>
public sealed class ConsumerOptions
{
    /// <summary>The most messages a handler gets at once; 1–10,000.</summary>
    public int MaxBatchSize { get; set => field = UpTo(10_000, value); } = 256;

    /// <summary>The most messages that may be unfinished at a time; beyond it nothing more is fetched. 1–100,000.</summary>
    public int MaxInFlight { get; set => field = UpTo(100_000, value); } = 2_000;

    /// <summary>Handles one batch after the other, so that the order within a partition is kept.</summary>
    public bool InOrder { get; set; }

    /// <summary>How often a message is tried before it counts as poison; 1–100.</summary>
    public int MaxAttempts { get; set => field = UpTo(100, value); } = 5;

    /// <summary>The delay after the first failed attempt; doubled each time up to 5 s, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to wait for unfinished messages when partitions are revoked or the service stops.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    private static int UpTo(int most, int value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }
}
