using Marketplace.Ebay.Analytics;
using Marketplace.Ebay.Browse;
using Marketplace.Products;

namespace Marketplace.Ebay;

/// <summary>How long calls pause when eBay wants fewer: as long as it asks for, or until the day's quota is renewed when that is spent.</summary>
internal sealed partial class QuotaPause(CallPause pause, RateLimitsClient rateLimits, TimeProvider time, ILogger<QuotaPause> logger) : IDisposable
{
    /// <summary>The pause when eBay refuses calls without saying for how long.</summary>
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>The pause when eBay refuses calls though its figures, which lag, still count some as left.</summary>
    private static readonly TimeSpan WhileFiguresLag = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _asking = new(1);
    private DateTimeOffset _quotaAskedAt = DateTimeOffset.MinValue;

    /// <summary>Pauses after a 429: as long as eBay asks for, until the quota is renewed when it is spent, else for 30 seconds.</summary>
    public async Task<ProductSourceException> RateLimitedAsync(BrowseException exception, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = exception.WaitFrom(now);
        var error = pause.RateLimited(asked ?? Default, exception);
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
                return pause.RateLimited(TimeSpan.Zero, exception);
            }

            _quotaAskedAt = now;
            var quota = await rateLimits.GetAsync(cancellationToken);
            var until = quota switch
            {
                { Remaining: > 0 } => now + WhileFiguresLag,
                { Remaining: <= 0, Reset: { } reset } when reset > now && reset - now <= CallPause.Longest => reset,
                _ => PacificTime.NextMidnight(now),
            };
            Log.Spent(logger, until);
            return pause.RateLimited(until - time.GetUtcNow(), exception);
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "eBay's quota of calls is spent: none are made before {Until}")]
        public static partial void Spent(ILogger logger, DateTimeOffset until);
    }
}
