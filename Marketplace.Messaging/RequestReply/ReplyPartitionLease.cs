using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Marketplace.Messaging;

/// <summary>
/// Takes a reply partition for this process alone: a key in Redis that lives only while it is renewed.
/// Without Redis, or when all are taken, a partition is shared; that costs reading others' replies and is never wrong.
/// </summary>
internal sealed partial class ReplyPartitionLease(IConnectionMultiplexer? redis, TimeProvider clock, ILogger<ReplyPartitionLease> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    private readonly RedisValue _owner = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private RedisKey _key;
    private bool _taken;
    private ITimer? _renewal;

    /// <summary>A partition of <paramref name="topic"/>, ours alone where that can be had.</summary>
    public async Task<int> TakeAsync(string topic, int partitions, CancellationToken cancellationToken)
    {
        var first = Random.Shared.Next(partitions);
        var partition = first;
        for (var i = 0; i < partitions && redis is not null; i++)
        {
            var candidate = (first + i) % partitions;
            var taken = await TryTakeAsync(Key(topic, candidate)).WaitAsync(cancellationToken);
            if (taken is null)
            {
                break;
            }

            if (taken.Value)
            {
                partition = candidate;
                break;
            }
        }

        _key = Key(topic, partition);
        if (redis is not null)
        {
            _taken = true;
            _renewal = clock.CreateTimer(_ => _ = RenewAsync(), null, Renewal, Renewal);
        }

        return partition;
    }

    /// <summary>Lets the next process have it at once.</summary>
    public async Task ReleaseAsync()
    {
        await DisposeAsync();
        if (_taken)
        {
            await AskAsync(database => database.LockReleaseAsync(_key, _owner));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_renewal is { } renewal)
        {
            _renewal = null;
            await renewal.DisposeAsync();
        }
    }

    private static RedisKey Key(string topic, int partition) => $"{topic}:partition:{partition}";

    private Task<bool?> TryTakeAsync(RedisKey key) => AskAsync(database => database.LockTakeAsync(key, _owner, Life));

    private async Task RenewAsync()
    {
        // Lost with Redis's memory, or never had: taken now if it is free.
        if (await AskAsync(database => database.LockExtendAsync(_key, _owner, Life)) == false
            && await TryTakeAsync(_key) == false)
        {
            Log.Shared(logger, _key);
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

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Key} is another's too")]
        public static partial void Shared(ILogger logger, RedisKey key);
    }
}
