namespace Marketplace.Products.Reading;

/// <summary>
/// The right of one process to ask the marketplace for an id. It lasts seconds unless its owner renews it,
/// so a dead owner holds nobody up for long.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    /// <summary>How long a dead owner's lease stays.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private readonly ProductCache _cache;
    private readonly string _id;
    private readonly string _owner;
    private readonly ITimer _renewal;

    private Lease(ProductCache cache, string id, string owner, TimeProvider time)
    {
        _cache = cache;
        _id = id;
        _owner = owner;
        _renewal = time.CreateTimer(
            static state => _ = ((Lease)state!).RenewAsync(), this, Duration / 3, Duration / 3);
    }

    /// <summary>Takes the lease when nobody has it.</summary>
    /// <returns>Whether this process may go on: it has the lease, or there is no Redis to keep leases and none to give back.</returns>
    public static async ValueTask<(bool MayGoOn, Lease? Lease)> TryTakeAsync(ProductCache cache, string id, TimeProvider time)
    {
        var owner = Guid.NewGuid().ToString("N");
        return await cache.TakeLeaseAsync(id, owner, Duration) switch
        {
            true => (true, new Lease(cache, id, owner, time)),
            false => (false, null),
            null => (true, null),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        await _cache.ReleaseLeaseAsync(_id, _owner);
    }

    private async Task RenewAsync() => await _cache.ExtendLeaseAsync(_id, _owner, Duration);
}
