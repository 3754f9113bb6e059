using StackExchange.Redis;

namespace Marketplace.Products.Redis;

/// <summary>
/// The right of one process to ask the marketplace for what an entry of the cache holds. It expires within seconds unless it is renewed, and
/// it is not renewed for longer than <see cref="MaxAge"/>, so neither a crashed owner nor a stuck one blocks others for long.
/// </summary>
internal sealed class CacheLease : IAsyncDisposable
{
    /// <summary>When a lease expires that is not renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    /// <summary>How long a lease is renewed: longer than a call to the marketplace and storing its answer may take.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(20);

    private readonly RedisGuard _redis;
    private readonly TimeProvider _time;
    private readonly long _takenAt;
    private readonly ITimer _renewal;

    public CacheLease(RedisGuard redis, RedisKey key, RedisValue owner, TimeProvider time)
    {
        (_redis, Key, Owner, _time) = (redis, key, owner, time);
        _takenAt = time.GetTimestamp();
        _renewal = time.CreateTimer(static lease => _ = ((CacheLease)lease!).RenewAsync(), this, Duration / 3, Duration / 3);
    }

    public RedisKey Key { get; }

    public RedisValue Owner { get; }

    /// <summary>Set once the lease is released together with its entry.</summary>
    public bool IsReleased { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        if (!IsReleased)
        {
            await _redis.TryAsync(static (database, lease) => database.LockReleaseAsync(lease.Key, lease.Owner), this);
        }
    }

    private async Task RenewAsync()
    {
        if (_time.GetElapsedTime(_takenAt) < MaxAge)
        {
            await _redis.TryAsync(static (database, lease) => database.LockExtendAsync(lease.Key, lease.Owner, Duration), this);
        }
    }
}
