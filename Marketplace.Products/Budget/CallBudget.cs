using System.Globalization;
using Marketplace.Products.Redis;
using Marketplace.Products.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Marketplace.Products.Budget;

/// <summary>
/// The calls that the marketplace allows a day (<see cref="IProductSource.CallsDay"/>), shared by all instances through Redis and kept over restarts.
/// While Redis is away each instance counts by itself, from what it knew, and adds its calls when Redis is back. A count has no expiry, for
/// what has one is evicted when Redis' memory is short: a day's first call removes the count of two days before.
/// </summary>
internal sealed partial class CallBudget(
    RedisGuard redis, MarketplaceName marketplace, IProductSource source, IOptions<ProductOptions> options, ProductMetrics metrics, TimeProvider time, ILogger<CallBudget> logger)
{
    private readonly long _limit = options.Value.CallsPerDay;
    private readonly TimeZoneInfo _zone = source.CallsDay;
    private readonly Lock _lock = new();
    private DateTime _day;
    private long _used;
    private long _notShared;
    private long _reserved;
    private bool _exhaustionLogged;

    /// <summary>Takes one call: a reserved one, else one that Redis counts now.</summary>
    /// <exception cref="ProductSourceException">None is left; the time to try again is the end of the day.</exception>
    public async ValueTask SpendAsync()
    {
        var day = Today();
        long mine;
        lock (_lock)
        {
            Begin(day);
            if (_reserved > 0)
            {
                _reserved--;
                Report();
                return;
            }

            if (_used >= _limit)
            {
                throw Exhausted(day);
            }

            _used++;
            mine = _notShared + 1;
            _notShared = 0;
        }

        var shared = await redis.TryAsync(
            static async (database, call) => (long?)await database.StringIncrementAsync(call.Key, call.Count),
            (Key: Key(day), Count: mine));
        if (shared == mine)
        {
            await RemoveOldCountAsync(day);
        }

        if (!Share(day, mine, shared))
        {
            throw Exhausted(day);
        }
    }

    /// <summary>
    /// Reserves a call that is likely to be made soon: the reservation's count is to be added in Redis along with other work, and the result
    /// given to <see cref="Settle"/>. It is 0 when a reserved call was not made and is left for this one, or none is left in the day.
    /// </summary>
    /// <param name="canAdd">Whether the caller can add one; if not, <see cref="SpendAsync"/> will count the call.</param>
    public CallReservation Reserve(bool canAdd)
    {
        var day = Today();
        lock (_lock)
        {
            Begin(day);
            var count = canAdd && _used < _limit && _reserved == 0 ? _notShared + 1 : 0;
            _notShared = count > 0 ? 0 : _notShared;
            return new CallReservation(day, Key(day), count);
        }
    }

    /// <summary>Ends making a reservation.</summary>
    /// <param name="reservation">The reservation.</param>
    /// <param name="shared">The calls of all instances with it; <c>null</c> when it was not added.</param>
    public void Settle(CallReservation reservation, long? shared)
    {
        if (reservation.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            // A call that was not added is not made either: only those made before remain to be added.
            var isLeft = Share(reservation.Day, reservation.Count - (shared is null ? 1 : 0), shared);
            _reserved += isLeft && shared is not null && _day == reservation.Day ? 1 : 0;
            Report();
        }

        if (shared == reservation.Count)
        {
            _ = RemoveOldCountAsync(reservation.Day);
        }
    }

    /// <summary>The day's calls so far, without taking one.</summary>
    public async ValueTask<BudgetStatus> ReadAsync()
    {
        var day = Today();
        var shared = await redis.TryAsync(static async (database, key) => (long?)(long)await database.StringGetAsync(key), Key(day));
        lock (_lock)
        {
            var known = _day == day ? _used : 0;
            var used = Math.Min(_limit, Math.Max(known, shared is null ? 0 : shared.Value + _notShared)) - (_day == day ? _reserved : 0);
            return new BudgetStatus(DateOnly.FromDateTime(day), _zone.Id, _limit, used, _limit - used, shared is not null);
        }
    }

    // Yesterday's is left, so that differing clocks do no harm.
    private async Task RemoveOldCountAsync(DateTime day) =>
        await redis.TryAsync(static (database, key) => database.KeyDeleteAsync(key), Key(day.AddDays(-2)));

    private RedisKey Key(DateTime day) => string.Create(CultureInfo.InvariantCulture, $"{marketplace}:calls:{day:yyyy-MM-dd}");

    private DateTime Today() => TimeZoneInfo.ConvertTime(time.GetUtcNow(), _zone).Date;

    private void Begin(DateTime day)
    {
        if (_day != day)
        {
            (_day, _used, _notShared, _reserved, _exhaustionLogged) = (day, 0, 0, 0, false);
        }
    }

    // Whether the calls were within the day's limit, as far as is known.
    private bool Share(DateTime day, long mine, long? shared)
    {
        lock (_lock)
        {
            if (_day == day)
            {
                _notShared += shared is null ? mine : 0;
                _used = Math.Max(_used, shared ?? 0); // a count seen once holds, should Redis have lost it
                Report();
            }

            return _day != day || shared is null || shared <= _limit;
        }
    }

    private void Report() => metrics.BudgetUsed(Math.Min(_used, _limit) - _reserved);

    private ProductSourceException Exhausted(DateTime day)
    {
        if (!_exhaustionLogged)
        {
            _exhaustionLogged = true;
            Log.Exhausted(logger, _limit, marketplace, _zone.Id);
        }

        return ProductSourceException.RateLimited($"The calls of {marketplace} for today are used up.", TimeZoneInfo.ConvertTimeToUtc(day.AddDays(1), _zone) - time.GetUtcNow().UtcDateTime);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Limit} calls a day of {Marketplace} are used up: until midnight ({Zone}) products come from the cache and the database")]
        public static partial void Exhausted(ILogger logger, long limit, MarketplaceName marketplace, string zone);
    }
}
