using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Marketplace.Messaging;

/// <summary>
/// A lease on a reply partition for this process alone: a key in Redis that expires unless it is renewed.
/// Without Redis, or when all are taken, a partition is shared; that costs reading others' replies and is still correct.
/// </summary>
internal sealed partial class ReplyPartitionLease(TimeProvider clock, ILogger<ReplyPartitionLease> logger, IConnectionMultiplexer? redis = null) : IDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(10);

    private readonly RedisValue _owner = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private readonly PeriodicTimer _renewal = new(RenewalInterval, clock);
    private string _topic = "";
    private Func<int> _partitions = () => 0;
    private volatile int _partition;
    private bool _owned;
    private volatile bool _isReleased;

    /// <summary>
    /// The partition. It changes when this process shares one and another becomes free; replies to earlier commands still
    /// come to the previous one.
    /// </summary>
    public int Partition => _partition;

    /// <summary>Leases a partition of <paramref name="topic"/>, or chooses one to share.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many partitions it has at the time: while this process shares one, it looks for a free one again and again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<int> TakeAsync(string topic, Func<int> partitions, CancellationToken cancellationToken)
    {
        (_topic, _partitions) = (topic, partitions);
        _partition = Random.Shared.Next(partitions());
        if (redis is not null)
        {
            await RenewAsync().WaitAsync(cancellationToken);
            _ = RenewRegularlyAsync();
        }

        return _partition;
    }

    /// <summary>Frees the partition for another process at once.</summary>
    public async Task ReleaseAsync()
    {
        _isReleased = true;
        _renewal.Dispose();
        if (_owned)
        {
            _owned = false;
            await TryAsync(database => database.LockReleaseAsync(Key(_partition), _owner));
        }
    }

    public void Dispose() => _renewal.Dispose();

    /// <summary>
    /// Renews the lease; without one (never obtained, or lost with Redis's data) leases this partition if it is free, else another.
    /// </summary>
    internal async Task RenewAsync()
    {
        if (_owned && await TryAsync(database => database.LockExtendAsync(Key(_partition), _owner, Duration)) != false)
        {
            return; // renewed, or Redis is unavailable and no other process can take it either
        }

        _owned = false;
        var partitions = _partitions();
        for (var i = 0; i < partitions && !_isReleased; i++)
        {
            var candidate = (_partition + i) % partitions;
            switch (await TryAsync(database => database.LockTakeAsync(Key(candidate), _owner, Duration)))
            {
                case true:
                    (_partition, _owned) = (candidate, true);
                    return;
                case null:
                    return;
            }
        }

        Log.Shared(logger, _topic, _partition);
    }

    private RedisKey Key(int partition) => $"{_topic}:partition:{partition}";

    private async Task RenewRegularlyAsync()
    {
        while (await _renewal.WaitForNextTickAsync())
        {
            try
            {
                await RenewAsync();
            }
            catch (Exception exception)
            {
                // The next round renews it, or takes another.
                Log.NotRenewed(logger, exception, _topic, _partition);
            }
        }
    }

    private async Task<bool?> TryAsync(Func<IDatabase, Task<bool>> operation)
    {
        try
        {
            return await operation(redis!.GetDatabase());
        }
        catch (Exception exception) when (RedisFailure.CauseOf(exception) is not null)
        {
            Log.Unavailable(logger, exception);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Redis is unavailable; the reply partition may be shared")]
        public static partial void Unavailable(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "The lease of {Topic}/{Partition} could not be renewed; it is tried again")]
        public static partial void NotRenewed(ILogger logger, Exception exception, string topic, int partition);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Topic}/{Partition} is shared: there are more processes than partitions")]
        public static partial void Shared(ILogger logger, string topic, int partition);
    }
}
