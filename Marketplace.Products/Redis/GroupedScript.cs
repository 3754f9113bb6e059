using StackExchange.Redis;

namespace Marketplace.Products.Redis;

/// <summary>Runs a script for several calls at a time. On a cluster, where the keys of a script share a slot, each call runs by itself.</summary>
internal sealed class GroupedScript
{
    private readonly RedisGuard _redis;
    private readonly string _script;
    private readonly BatchQueue<Call> _queue;

    /// <param name="redis">Where it runs.</param>
    /// <param name="script">Takes the keys and the arguments of each call one after the other, and returns an array with an answer to each.</param>
    public GroupedScript(RedisGuard redis, string script)
    {
        (_redis, _script) = (redis, script);
        _queue = new(RunAsync, bytesOf: static call => call.Arguments.Sum(static argument => argument.Length()));
    }

    /// <summary>Makes a call.</summary>
    /// <param name="keys">The call's keys; on a cluster all of one slot.</param>
    /// <param name="arguments">The call's arguments.</param>
    /// <returns>The answer; <c>null</c> while Redis is away.</returns>
    public Task<RedisResult?> RunAsync(RedisKey[] keys, RedisValue[] arguments)
    {
        var call = new Call(keys, arguments);
        if (_redis.HasSlots)
        {
            _ = RunAsync([call]);
        }
        else
        {
            _queue.Add(call);
        }

        return call.Answer.Task;
    }

    private async Task RunAsync(List<Call> calls)
    {
        try
        {
            var answers = await _redis.TryAsync(
                static (database, run) => database.ScriptEvaluateAsync(run.Script, run.Keys, run.Arguments),
                (Script: _script, Keys: (RedisKey[])[.. calls.SelectMany(call => call.Keys)], Arguments: (RedisValue[])[.. calls.SelectMany(call => call.Arguments)]));
            for (var i = 0; i < calls.Count; i++)
            {
                calls[i].Answer.SetResult(answers?[i]);
            }
        }
        catch (Exception exception)
        {
            calls.ForEach(call => call.Answer.TrySetException(exception));
        }
    }

    private sealed record Call(RedisKey[] Keys, RedisValue[] Arguments)
    {
        public TaskCompletionSource<RedisResult?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
