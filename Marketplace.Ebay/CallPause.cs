using Marketplace.Ebay.Analytics;
using Marketplace.Ebay.Browse;
using Marketplace.Products;

namespace Marketplace.Ebay;

/// <summary>Makes no calls for as long as eBay wants none or refuses them all; a shorter pause never replaces a longer one.</summary>
internal sealed partial class CallPause(RateLimitsClient rateLimits, TimeProvider time, ILogger<CallPause> logger) : IDisposable
{
    /// <summary>The pause when eBay refuses calls without saying for how long.</summary>
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>The pause when eBay refuses calls though its figures, which lag, still count some as left.</summary>
    private static readonly TimeSpan WhileFiguresLag = TimeSpan.FromMinutes(5);

    /// <summary>No quota lasts longer than a day, so no longer wait is believed; the day on which summer time ends has 25 hours.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    /// <summary>How many different reasons are logged before eBay answers again.</summary>
    private const int MaxReasons = 20;

    private static readonly Backoff AfterRefusal = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(15));

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _asking = new(1);
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private Pause? _pause;
    private DateTimeOffset _quotaAskedAt = DateTimeOffset.MinValue;
    private int _refusals;

    /// <exception cref="ProductSourceException">There is a pause.</exception>
    public void ThrowIfOn()
    {
        var now = time.GetUtcNow();
        if (Volatile.Read(ref _pause) is { } pause && pause.Until > now)
        {
            throw pause.Error(pause.Until - now);
        }
    }

    /// <summary>eBay answered, so it does not refuse us.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _refusals) > 0)
        {
            lock (_lock)
            {
                _refusals = 0;
                _logged.Clear();
            }
        }
    }

    /// <summary>Pauses after a 401 or 403 that another token did not help: longer each time, from 15 seconds to 15 minutes.</summary>
    public ProductSourceException Refused(BrowseException exception)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            // Calls that were under way together are one refusal.
            if (_pause is null || _pause.Until <= now)
            {
                _refusals++;
            }

            if (_logged.Count < MaxReasons && _logged.Add(exception.Message))
            {
                Log.Refused(logger, exception.Reason);
            }

            return Lengthen(now, now + AfterRefusal.Of(_refusals), wait => ProductSourceException.Unavailable("eBay refuses this application's calls.", wait, exception));
        }
    }

    /// <summary>Pauses after a 429: as long as eBay asks for, until the quota is renewed when it is spent, else for 30 seconds.</summary>
    public async Task<ProductSourceException> RateLimitedAsync(BrowseException exception, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = exception.RetryAfter switch
        {
            { Delta: { } delta } => now + delta,
            { Date: { } date } when date > now => date,
            _ => (DateTimeOffset?)null,
        };
        var error = Lengthen(now, asked ?? now + Default, exception);
        if (asked is not null || !exception.Has(EbayErrorId.RequestLimit))
        {
            return error;
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            // Of calls refused together, one asks.
            if (now - _quotaAskedAt < Default)
            {
                return Lengthen(now, now, exception);
            }

            _quotaAskedAt = now;
            var quota = await rateLimits.GetAsync(cancellationToken);
            var until = quota switch
            {
                { Remaining: > 0 } => now + WhileFiguresLag,
                { Remaining: <= 0, Reset: { } reset } when reset > now && reset - now <= Longest => reset,
                _ => PacificTime.NextMidnight(now),
            };
            Log.Spent(logger, until);
            return Lengthen(now, until, exception);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private ProductSourceException Lengthen(DateTimeOffset now, DateTimeOffset until, BrowseException exception) =>
        Lengthen(now, until, wait => ProductSourceException.RateLimited("eBay asks for fewer calls.", wait, exception));

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
        [LoggerMessage(Level = LogLevel.Error, Message = "eBay refuses this application's calls: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "eBay's quota of calls is spent: none are made before {Until}")]
        public static partial void Spent(ILogger logger, DateTimeOffset until);
    }
}
