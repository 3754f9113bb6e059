using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Products.Budget;
using StackExchange.Redis;

namespace Marketplace.Products.Redis;

/// <summary>
/// Entries of the cache that one process at a time renews. Taking the lease also reads the entry and reserves a call of the day's budget,
/// and writing the entry also releases the lease: one round trip each, shared with others at the same time. On a cluster, where the day's count
/// has another slot than the entry, the call is counted by itself. While Redis is away every process goes on as if it had the lease.
/// </summary>
internal sealed class LeasedCache(RedisGuard redis, CallBudget budget, IProductSource source, MarketplaceName marketplace, TimeProvider time)
{
    // The soft expiry has a fixed place in an entry (see CachedProduct), and its 13 digits compare as text. A key of another type is no entry:
    // its calls' companions must not fail for it.
    private const string TakeScript =
        """
        local function take(entry_key, lease_key, count_key, now, owner, duration, count)
            local entry = redis.pcall('GET', entry_key)
            if type(entry) ~= 'string' then entry = false end
            if entry and string.sub(entry, 1, 14) == '{"freshUntil":' and string.sub(entry, 15, 27) > now then return {'fresh', entry} end
            if not redis.call('SET', lease_key, owner, 'NX', 'PX', duration) then return {'held', entry} end
            return {'taken', entry, count ~= '0' and redis.call('INCRBY', count_key, count) or 0}
        end
        local answers = {}
        for i = 1, #KEYS / 3 do answers[i] = take(KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i], unpack(ARGV, 4 * i - 3, 4 * i)) end
        return answers
        """;

    // An older answer of the marketplace never replaces a newer one. A product ends with the time at which it was fetched; an entry for an
    // absent one has no room for that, but expires a fixed time after it, so its expiry is compared with what the older one's would be.
    private const string WriteScript =
        """
        local function write(entry_key, lease_key, owner, new, expiry, asked_at, absent_until)
            local entry = redis.pcall('GET', entry_key)
            local isNewer = false
            if type(entry) == 'string' and string.sub(entry, 28) == ',"product":null}' then
                isNewer = string.sub(entry, 15, 27) > absent_until
            elseif type(entry) == 'string' then
                local fetchedAt = string.match(string.sub(entry, -200), '"fetchedAt":"([^"]+)","version":%d+,"persistedAt":"[^"]+"}}$')
                isNewer = fetchedAt and fetchedAt > asked_at
            end
            if not isNewer then redis.call('SET', entry_key, new, 'PX', expiry) end
            if redis.pcall('GET', lease_key) == owner then redis.call('DEL', lease_key) end
            return 1
        end
        local answers = {}
        for i = 1, #KEYS / 2 do answers[i] = write(KEYS[2 * i - 1], KEYS[2 * i], unpack(ARGV, 5 * i - 4, 5 * i)) end
        return answers
        """;

    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(200);

    private readonly GroupedScript _take = new(redis, TakeScript);
    private readonly GroupedScript _write = new(redis, WriteScript);

    /// <summary>Takes the lease as soon as no other process holds it, unless there is a fresh entry by then.</summary>
    /// <param name="entry">The entry's key; it has no braces.</param>
    /// <param name="evenIfFresh">Takes it although the entry is fresh.</param>
    /// <param name="waiting">Disposed when it has to wait for another process.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The fresh entry, or the lease; neither when others held it for longer than any process may: the caller goes on without.</returns>
    public async Task<LeaseAttempt> TakeAsync(RedisKey entry, bool evenIfFresh, IDisposable? waiting = null, CancellationToken cancellationToken = default)
    {
        var pause = FirstPoll;
        var since = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attempt = await TryTakeAsync(entry, evenIfFresh);
            if (attempt.IsFresh || attempt.Lease is not null || time.GetElapsedTime(since) > CacheLease.MaxAge + CacheLease.Duration)
            {
                return attempt;
            }

            waiting?.Dispose();
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancellationToken);
            pause = pause * 2 < LongestPoll ? pause * 2 : LongestPoll;
        }
    }

    /// <summary>Takes the lease unless another process holds it or the entry is fresh.</summary>
    public async ValueTask<LeaseAttempt> TryTakeAsync(RedisKey entry, bool evenIfFresh)
    {
        RedisValue owner = Guid.NewGuid().ToString("N");
        RedisKey lease = $"{marketplace}:lease:{{{entry}}}"; // the braces put it into the entry's slot

        // A call that is for several products is reserved for none of them.
        var reservation = budget.Reserve(canAdd: source is not IBatchProductSource && !redis.HasSlots);
        var answer = await _take.RunAsync(
            [entry, lease, reservation.Count == 0 ? lease : reservation.Key],
            [evenIfFresh ? long.MaxValue : time.GetUtcNow().ToUnixTimeMilliseconds(), owner, (long)CacheLease.Duration.TotalMilliseconds, reservation.Count]);
        var outcome = (string?)answer?[0];
        budget.Settle(reservation, outcome == "taken" ? (long)answer![2] : null);
        CachedProduct? found = CachedProduct.TryRead((byte[]?)answer?[1], out var read) ? read : null;
        return new LeaseAttempt(found, outcome == "fresh", outcome is null or "taken" ? new CacheLease(redis, lease, owner, time) : null);
    }

    /// <summary>Writes an entry unless a newer one is there, and releases the lease where its owner still has it.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="expiry">When Redis drops it.</param>
    /// <param name="lease">The lease to release.</param>
    /// <param name="fetchedAt">When the marketplace was asked; nothing for an entry that replaces any other.</param>
    /// <param name="absentUntil">When an absent product asked for at that time expires.</param>
    public async ValueTask WriteAsync(RedisKey key, byte[] entry, DateTimeOffset expiry, CacheLease? lease, DateTimeOffset fetchedAt = default, DateTimeOffset absentUntil = default)
    {
        var left = (long)(expiry - time.GetUtcNow()).TotalMilliseconds;
        if (left <= 0)
        {
            return;
        }

        var written = await _write.RunAsync(
            [key, lease?.Key ?? key],
            [
                lease?.Owner ?? "",
                entry,
                left,
                fetchedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'+00:00'", CultureInfo.InvariantCulture), // as JSON has it
                absentUntil.ToUnixTimeMilliseconds(),
            ]);
        if (lease is not null)
        {
            lease.IsReleased = written is not null;
        }
    }
}
