using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Marketplace.Messaging;

/// <summary>
/// Takes a reply partition for this process alone: a key in Redis that lives only while it is renewed.
/// Without Redis, or when all are taken, a partition is shared; that costs reading others' replies and is never wrong.
/// </summary>
internal sealed partial class ReplyPartitionLease(IConnectionMultiplexer? redis, TimeProvider clock, ILogger<ReplyPartitionLease> logger) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    private readonly RedisValue _owner = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private readonly PeriodicTimer _renewal = new(Renewal, clock);
    private readonly CancellationTokenSource _released = new();
    private string _topic = "";
    private int _partitions;
    private volatile int _partition;
    private bool _owned;

    /// <summary>
    /// The partition taken. It changes when this process has to share one and another becomes free; replies asked to the one
    /// before still come there.
    /// </summary>
    public int Partition => _partition;

    /// <summary>A partition of <paramref name="topic"/>, ours alone where that can be had.</summary>
    public async Task<int> TakeAsync(string topic, int partitions, CancellationToken cancellationToken)
    {
        (_topic, _partitions) = (topic, partitions);
        _partition = Random.Shared.Next(partitions);
        if (redis is not null)
        {
            await RenewAsync().WaitAsync(cancellationToken);
            _ = KeepAsync();
        }

        return _partition;
    }

    /// <summary>Lets the next process have it at once.</summary>
    public async Task ReleaseAsync()
    {
        await _released.CancelAsync();
        if (_owned)
        {
            _owned = false;
            await AskAsync(database => database.LockReleaseAsync(Key(_partition), _owner));
        }
    }

    public void Dispose()
    {
        _renewal.Dispose();
        _released.Dispose();
    }

    /// <summary>
    /// Keeps the partition; one that is lost (with Redis's memory) or was never had is taken now if it is free, else another that is.
    /// </summary>
    internal async Task RenewAsync()
    {
        if (_owned && await AskAsync(database => database.LockExtendAsync(Key(_partition), _owner, Life)) != false)
        {
            return; // or Redis is away, and nobody else can take it either
        }

        _owned = false;
        for (var i = 0; i < _partitions && !_released.IsCancellationRequested; i++)
        {
            var candidate = (_partition + i) % _partitions;
            switch (await AskAsync(database => database.LockTakeAsync(Key(candidate), _owner, Life)))
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

    private async Task KeepAsync()
    {
        try
        {
            while (await _renewal.WaitForNextTickAsync(_released.Token))
            {
                await RenewAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Let go.
        }
    }

    private async Task<bool?> AskAsync(Func<IDatabase, Task<bool>> question)
    {
        try
        {
            return await question(redis!.GetDatabase());
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Log.Away(logger, exception);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Redis is away; the reply partition may be shared")]
        public static partial void Away(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Topic}/{Partition} is another's too: there are more processes than partitions")]
        public static partial void Shared(ILogger logger, string topic, int partition);
    }
}
