using StackExchange.Redis;

namespace Marketplace.Products.Redis;

/// <summary>
/// The right of one process to ask the marketplace something. It lasts seconds unless its owner renews it,
/// so a dead owner holds nobody up for long.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    /// <summary>How long a dead owner's lease stays.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    private readonly RedisGuard _redis;
    private readonly (RedisKey Key, RedisValue Owner) _lock;
    private readonly ITimer _renewal;

    private Lease(RedisGuard redis, RedisKey key, RedisValue owner, TimeProvider time)
    {
        _redis = redis;
        _lock = (key, owner);
        _renewal = time.CreateTimer(static state => _ = ((Lease)state!).RenewAsync(), this, Duration / 3, Duration / 3);
    }

    /// <summary>Takes the lease once nobody else has it: whoever had it has left an answer.</summary>
    /// <returns>The lease; <c>null</c> when there is no Redis to keep leases, and none to wait for.</returns>
    public static async Task<Lease?> TakeAsync(RedisGuard redis, RedisKey key, TimeProvider time)
    {
        var look = FirstLook;
        while (true)
        {
            var (mayGoOn, lease) = await TryTakeAsync(redis, key, time);
            if (mayGoOn)
            {
                return lease;
            }

            await Task.Delay(look * (0.5 + Random.Shared.NextDouble()), time);
            look = look * 2 < LongestLook ? look * 2 : LongestLook;
        }
    }

    /// <summary>Takes the lease when nobody has it.</summary>
    /// <returns>Whether this process may go on: it has the lease, or there is no Redis to keep leases and none to give back.</returns>
    public static async ValueTask<(bool MayGoOn, Lease? Lease)> TryTakeAsync(RedisGuard redis, RedisKey key, TimeProvider time)
    {
        RedisValue owner = Guid.NewGuid().ToString("N");
        var taken = await redis.TryAsync(
            static async (database, mine) => (bool?)await database.LockTakeAsync(mine.Key, mine.Owner, Duration),
            (Key: key, Owner: owner));
        return taken switch
        {
            true => (true, new Lease(redis, key, owner, time)),
            false => (false, null),
            null => (true, null),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        await _redis.TryAsync(static (database, mine) => database.LockReleaseAsync(mine.Key, mine.Owner), _lock);
    }

    private async Task RenewAsync() =>
        await _redis.TryAsync(static (database, mine) => database.LockExtendAsync(mine.Key, mine.Owner, Duration), _lock);
}
