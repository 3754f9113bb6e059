using System.Diagnostics;
using StackExchange.Redis;

namespace Marketplace.Gateway.Products;

/// <summary>Reads single keys of Redis: those asked for before the thread pool's next turn go as one <c>MGET</c>, on a cluster one behind the other.</summary>
internal sealed class RedisReadBatcher(IDatabase database) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<Read> _next = [];

    /// <summary>Reads the value of <paramref name="key"/>; throws what the Redis client throws.</summary>
    public Task<RedisValue> GetAsync(RedisKey key)
    {
        var read = new Read(key, Activity.Current);
        lock (_gate)
        {
            _next.Add(read);
            if (_next.Count > 1)
            {
                return read.Task;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return read.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        List<Read> reads;
        lock (_gate)
        {
            reads = _next;
            _next = new List<Read>(reads.Count);
        }

        _ = SendAsync(reads);
    }

    private async Task SendAsync(List<Read> reads)
    {
        // One span covers all the keys; it belongs to the first caller's trace.
        Activity.Current = reads[0].Activity;
        try
        {
            if (reads is [var only])
            {
                only.CompleteOnThreadPool(await database.StringGetAsync(only.Key));
                return;
            }

            var keys = new RedisKey[reads.Count];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = reads[i].Key;
            }

            var values = await database.GetAllAsync(keys);
            for (var i = 0; i < keys.Length; i++)
            {
                if (!values[i].IsNull)
                {
                    reads[i].CompleteOnThreadPool(values[i]);
                }
            }

            // What was not found only joins the next command: that takes less than another thread's turn.
            for (var i = 0; i < keys.Length; i++)
            {
                if (values[i].IsNull)
                {
                    reads[i].SetResult(RedisValue.Null);
                }
            }
        }
        catch (Exception exception)
        {
            foreach (var read in reads)
            {
                read.TrySetException(exception);
            }
        }
    }

    private sealed class Read(RedisKey key, Activity? activity) : TaskCompletionSource<RedisValue>, IThreadPoolWorkItem
    {
        private RedisValue _value;

        public RedisKey Key => key;

        public Activity? Activity => activity;

        public void CompleteOnThreadPool(RedisValue value)
        {
            _value = value;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }

        void IThreadPoolWorkItem.Execute() => TrySetResult(_value);
    }
}
