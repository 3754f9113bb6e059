namespace Marketplace.Gateway.Options;

/// <summary>The local cache of products.</summary>
internal sealed class LocalCacheOptions
{
    /// <summary>Its size in bytes; a quarter of it is for responses made of the products. 0 caches none.</summary>
    public long Bytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long a product is cached, unless a newer version is stored before.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(10);
}
