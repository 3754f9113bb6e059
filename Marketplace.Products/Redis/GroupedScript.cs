using StackExchange.Redis;

namespace Marketplace.Products.Redis;

/// <summary>
/// Runs a script for several calls at a time: what comes while it runs goes into the next run with what came meanwhile. A call that comes alone
/// is made at once. On a cluster, where the keys of a script share a slot, each call runs by itself.
/// </summary>
/// <param name="redis">Where it runs.</param>
/// <param name="script">Takes the keys and the arguments of each call one after the other, and returns an array with an answer to each.</param>
internal sealed class GroupedScript(RedisGuard redis, string script)
{
    /// <summary>So many calls keep the server, which does nothing else meanwhile, for less than a millisecond.</summary>
    private const int MaxCalls = 100;

    private const long MaxBytes = 1024 * 1024;

    /// <summary>How many runs are under way at most: while the server works on one, the next is sent.</summary>
    private const int MaxRuns = 2;

    private readonly Lock _lock = new();
    private readonly Queue<Call> _waiting = new();
    private int _runs;

    /// <summary>Makes a call.</summary>
    /// <param name="keys">The call's keys; on a cluster all of one slot.</param>
    /// <param name="arguments">The call's arguments.</param>
    /// <returns>The answer; <c>null</c> while Redis is away.</returns>
    public Task<RedisResult?> RunAsync(RedisKey[] keys, RedisValue[] arguments)
    {
        var call = new Call(keys, arguments);
        if (redis.HasSlots)
        {
            _ = RunAsync([call]);
            return call.Answer.Task;
        }

        lock (_lock)
        {
            _waiting.Enqueue(call);
            if (_runs < MaxRuns)
            {
                _runs++;
                _ = RunAsync();
            }
        }

        return call.Answer.Task;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (Take() is { Count: > 0 } calls)
        {
            await RunAsync(calls);
        }
    }

    private List<Call> Take()
    {
        var taken = new List<Call>();
        lock (_lock)
        {
            for (var bytes = 0L; taken.Count < MaxCalls && bytes < MaxBytes && _waiting.TryDequeue(out var call);)
            {
                taken.Add(call);
                bytes += call.Arguments.Sum(static argument => argument.Length());
            }

            _runs -= taken.Count == 0 ? 1 : 0;
        }

        return taken;
    }

    private async Task RunAsync(List<Call> calls)
    {
        try
        {
            var answers = await redis.TryAsync(
                static (database, run) => database.ScriptEvaluateAsync(run.Script, run.Keys, run.Arguments),
                (Script: script, Keys: (RedisKey[])[.. calls.SelectMany(call => call.Keys)], Arguments: (RedisValue[])[.. calls.SelectMany(call => call.Arguments)]));
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
