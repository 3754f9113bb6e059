namespace Marketplace.AmazonSimulator.Catalog;

/// <summary>How many calls are allowed, and the answer to a call beyond that.</summary>
/// <param name="PerSecond">Calls a second; a second's worth may be used at once.</param>
/// <param name="PerDay">Calls until the allowance is set anew.</param>
/// <param name="RetryAfterSeconds">What the body says of when to come back; the service has been seen with and without it.</param>
internal sealed record AllowanceSettings(double? PerSecond, long? PerDay, int? RetryAfterSeconds);

/// <summary>The application's allowance; none unless a test sets one.</summary>
internal sealed class Allowance(TimeProvider time)
{
    private readonly Lock _lock = new();
    private AllowanceSettings? _settings;
    private DateTimeOffset _filledAt;
    private double _level;
    private long _used;

    public void Set(AllowanceSettings? settings)
    {
        lock (_lock)
        {
            (_settings, _used, _filledAt, _level) = (settings, 0, time.GetUtcNow(), Math.Max(1, settings?.PerSecond ?? 1));
        }
    }

    /// <summary>Takes a call, if one is left.</summary>
    /// <returns>What refuses it, else <c>null</c>.</returns>
    public AllowanceSettings? Take()
    {
        lock (_lock)
        {
            if (_settings is not { } settings)
            {
                return null;
            }

            if (settings.PerSecond is { } rate)
            {
                var now = time.GetUtcNow();
                _level = Math.Min(Math.Max(1, rate), _level + (rate * (now - _filledAt).TotalSeconds));
                _filledAt = now;
                if (_level < 1)
                {
                    return settings;
                }

                _level--;
            }

            return ++_used > settings.PerDay ? settings : null;
        }
    }
}
