using System.Globalization;
using Marketplace.Products.Redis;
using Marketplace.Products.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Marketplace.Products.Budget;

/// <summary>
/// The calls that the marketplace allows a day (<see cref="ProductOptions.CallsDay"/>), shared by all instances through Redis and kept over restarts.
/// While Redis is away each instance counts by itself, from what it knew, and adds its calls when Redis is back.
/// </summary>
internal sealed partial class CallBudget(
    RedisGuard redis, MarketplaceName marketplace, IOptions<ProductOptions> options, ProductMetrics metrics, TimeProvider time, ILogger<CallBudget> logger)
{
    // Longer than the day, so that clocks that differ do no harm.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    private readonly long _limit = options.Value.CallsPerDay;
    private readonly TimeZoneInfo _zone = options.Value.CallsDay;
    private readonly Lock _lock = new();
    private DateTime _day;
    private long _used;
    private long _notShared;
    private bool _said;

    /// <summary>Takes one call.</summary>
    /// <exception cref="ProductSourceException">None is left; the time to try again is the end of the day.</exception>
    public async ValueTask SpendAsync()
    {
        var day = TimeZoneInfo.ConvertTime(time.GetUtcNow(), _zone).Date;
        var mine = Take(day);
        var shared = await redis.TryAsync(
            static async (database, call) => (long?)await database.StringIncrementAsync(call.Key, call.Count),
            (Key: Key(day), Count: mine));
        if (shared == mine)
        {
            await redis.TryAsync(static (database, key) => database.KeyExpireAsync(key, KeptFor), Key(day));
        }

        Settle(day, mine, shared);
    }

    /// <summary>The day's calls so far, without taking one.</summary>
    public async ValueTask<BudgetStatus> ReadAsync()
    {
        var day = TimeZoneInfo.ConvertTime(time.GetUtcNow(), _zone).Date;
        var shared = await redis.TryAsync(static async (database, key) => (long?)(long)await database.StringGetAsync(key), Key(day));
        lock (_lock)
        {
            var known = _day == day ? _used : 0;
            var used = Math.Min(_limit, Math.Max(known, shared is null ? 0 : shared.Value + _notShared));
            return new BudgetStatus(DateOnly.FromDateTime(day), _zone.Id, _limit, used, _limit - used, shared is not null);
        }
    }

    private RedisKey Key(DateTime day) => string.Create(CultureInfo.InvariantCulture, $"{marketplace}:calls:{day:yyyy-MM-dd}");

    // All that Redis does not know of yet, this call among them.
    private long Take(DateTime day)
    {
        lock (_lock)
        {
            if (_day != day)
            {
                (_day, _used, _notShared, _said) = (day, 0, 0, false);
            }

            if (_used >= _limit)
            {
                throw Spent(day);
            }

            _used++;
            var mine = _notShared + 1;
            _notShared = 0;
            return mine;
        }
    }

    private void Settle(DateTime day, long mine, long? shared)
    {
        lock (_lock)
        {
            if (_day != day)
            {
                return;
            }

            if (shared is null)
            {
                _notShared += mine;
            }

            // What was seen once is not forgotten, should Redis have lost it.
            _used = Math.Max(_used, shared ?? 0);
            metrics.BudgetUsed(Math.Min(_used, _limit));
            if (shared > _limit)
            {
                throw Spent(day);
            }
        }
    }

    private ProductSourceException Spent(DateTime day)
    {
        if (!_said)
        {
            _said = true;
            Log.Spent(logger, _limit, marketplace, _zone.Id);
        }

        return ProductSourceException.RateLimited($"The calls of {marketplace} are spent for today.", TimeZoneInfo.ConvertTimeToUtc(day.AddDays(1), _zone) - time.GetUtcNow().UtcDateTime);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Limit} calls a day of {Marketplace} are spent: until midnight ({Zone}) products come from what is kept")]
        public static partial void Spent(ILogger logger, long limit, MarketplaceName marketplace, string zone);
    }
}

/// <summary>The calls of the marketplace's day.</summary>
/// <param name="Day">The day, where the marketplace counts.</param>
/// <param name="TimeZone">In whose midnight it begins.</param>
/// <param name="Limit">The calls allowed.</param>
/// <param name="Used">Those made.</param>
/// <param name="Left">Those left.</param>
/// <param name="IsShared">Whether all instances are counted; while Redis is away, only this one.</param>
internal sealed record BudgetStatus(DateOnly Day, string TimeZone, long Limit, long Used, long Left, bool IsShared);
