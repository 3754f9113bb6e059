namespace Marketplace.Gateway.Options;

/// <summary>Queries that clients have kept under their hash (automatic persisted queries). Sizes are those of texts without comments and needless blanks.</summary>
internal sealed class PersistedQueriesOptions
{
    /// <summary>Longest text kept, in bytes of UTF-8.</summary>
    public int MaxTextBytes { get; set; } = 16 * 1024;

    /// <summary>How much all instances together put into Redis in a day (UTC), in bytes; each text stays there for 7 days. What comes beyond is known to its instance alone.</summary>
    public long BytesPerDay { get; set; } = 4 * 1024 * 1024;
}
