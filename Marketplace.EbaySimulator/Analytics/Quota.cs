namespace Marketplace.EbaySimulator.Analytics;

/// <summary>How many calls of the Browse API are allowed, until when.</summary>
/// <param name="Limit">The calls allowed.</param>
/// <param name="Reset">When they are allowed anew, as getRateLimits says; without it, that answers 204.</param>
internal sealed record QuotaSettings(long Limit, DateTimeOffset? Reset);

/// <summary>The application's quota; none unless a test sets one.</summary>
internal sealed class Quota
{
    private readonly Lock _lock = new();
    private QuotaSettings? _settings;
    private long _used;

    public void Set(QuotaSettings? settings)
    {
        lock (_lock)
        {
            (_settings, _used) = (settings, 0);
        }
    }

    /// <summary>Takes a call, if one is left.</summary>
    public bool Take()
    {
        lock (_lock)
        {
            return _settings is null || _used++ < _settings.Limit;
        }
    }

    /// <summary>What getRateLimits says of it.</summary>
    public RateLimits? Read()
    {
        lock (_lock)
        {
            return _settings is { Reset: { } reset } settings
                ? RateLimits.OfBrowse(new Rate(_used, settings.Limit, Math.Max(0, settings.Limit - _used), reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture), 86_400))
                : null;
        }
    }
}
