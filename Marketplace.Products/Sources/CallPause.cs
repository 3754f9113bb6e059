using System.Diagnostics.Metrics;
using Marketplace.Products.OAuth;
using Microsoft.Extensions.Logging;

namespace Marketplace.Products;

/// <summary>Makes no calls for as long as the marketplace wants none or refuses them all; a shorter pause never replaces a longer one.</summary>
public sealed partial class CallPause : IDisposable
{
    /// <summary>No allowance lasts longer than a day, so no longer wait is believed; the day on which summer time ends has 25 hours.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    /// <summary>How many different reasons are logged before the marketplace answers again.</summary>
    private const int MaxReasons = 20;

    private static readonly Backoff AfterRefusal = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(15));
    private static readonly Backoff AfterThrottling = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));

    private readonly Meter _meter = new("Marketplace.Products");
    private readonly string _marketplace;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private Pause? _pause;
    private int _refusals;
    private int _throttlings;

    internal CallPause(string marketplace, MarketplaceName name, TimeProvider time, ILogger<CallPause> logger)
    {
        (_marketplace, _time, _logger) = (marketplace, time, logger);
        _meter.CreateObservableGauge(
            "marketplace.product.source.refused", () => new Measurement<int>(IsRefused ? 1 : 0, new KeyValuePair<string, object?>("marketplace", name.Value)), null, "1 while the marketplace refuses this application's calls");
    }

    /// <summary>Whether the marketplace refused this application's calls when it was asked last.</summary>
    public bool IsRefused => Volatile.Read(ref _refusals) > 0;

    /// <exception cref="ProductSourceException">There is a pause.</exception>
    public void ThrowIfOn()
    {
        var now = _time.GetUtcNow();
        if (Volatile.Read(ref _pause) is { } pause && pause.Until > now)
        {
            throw pause.Error(pause.Until - now);
        }
    }

    /// <summary>The marketplace answered, so it does not refuse us.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _refusals) > 0 || Volatile.Read(ref _throttlings) > 0)
        {
            lock (_lock)
            {
                (_refusals, _throttlings) = (0, 0);
                _logged.Clear();
            }
        }
    }

    /// <summary>Pauses because the marketplace refuses this application's calls, and logs each reason once until it answers again.</summary>
    /// <param name="reason">Why, and what to do about it, for operators; without secrets.</param>
    /// <param name="exception">What the marketplace answered.</param>
    /// <param name="wait">For how long; unless given, longer each time, from 15 seconds to 15 minutes.</param>
    /// <returns>What callers get.</returns>
    public ProductSourceException Refused(string reason, Exception exception, TimeSpan? wait = null)
    {
        lock (_lock)
        {
            if (_logged.Count < MaxReasons && _logged.Add(reason))
            {
                Log.Refused(_logger, _marketplace, reason);
            }

            return Refused(wait, $"{_marketplace} refuses this application's calls.", exception);
        }
    }

    /// <summary>Pauses because the marketplace grants no token; <see cref="AccessTokens"/> has logged why.</summary>
    internal ProductSourceException NotSignedIn(AccessTokenException exception) => Refused(exception.RetryAfter, exception.Message, exception);

    private ProductSourceException Refused(TimeSpan? wait, string message, Exception exception)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            // Calls that were under way together are one refusal.
            if (!IsOn(now))
            {
                _refusals++;
            }

            return Lengthen(now, now + (wait ?? AfterRefusal.Of(_refusals)), left => ProductSourceException.Unavailable(message, left, exception));
        }
    }

    /// <summary>Pauses because the marketplace asks for fewer calls.</summary>
    /// <param name="wait">For how long, as it says; unless given, longer each time, from about a second to about 15 minutes.</param>
    /// <param name="exception">What the marketplace answered.</param>
    /// <returns>What callers get.</returns>
    public ProductSourceException RateLimited(TimeSpan? wait, Exception exception)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            if (!IsOn(now))
            {
                _throttlings++;
            }

            return Lengthen(now, now + (wait ?? Jittered(AfterThrottling.Of(Math.Max(1, _throttlings)))), left => ProductSourceException.RateLimited($"{_marketplace} asks for fewer calls.", left, exception));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private bool IsOn(DateTimeOffset now) => _pause is not null && _pause.Until > now;

    // So that instances that were refused together do not come back together.
    private static TimeSpan Jittered(TimeSpan wait) => wait * (0.75 + (0.5 * Random.Shared.NextDouble()));

    private ProductSourceException Lengthen(DateTimeOffset now, DateTimeOffset until, Func<TimeSpan, ProductSourceException> error)
    {
        lock (_lock)
        {
            if (until > now + Longest)
            {
                until = now + Longest;
            }

            if (_pause is null || until > _pause.Until)
            {
                Volatile.Write(ref _pause, new Pause(until, error));
            }

            return _pause.Error(_pause.Until - now);
        }
    }

    private sealed record Pause(DateTimeOffset Until, Func<TimeSpan, ProductSourceException> Error);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Marketplace} refuses this application's calls: {Reason}")]
        public static partial void Refused(ILogger logger, string marketplace, string reason);
    }
}
