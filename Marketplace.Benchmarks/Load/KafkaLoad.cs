using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Marketplace.Contracts;

namespace Marketplace.Benchmarks.Load;

/// <summary>Sends commands as a gateway does and waits for their replies, with the bare client and its best settings.</summary>
internal sealed class KafkaLoad : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _replies;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]>> _pending = new();
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly byte[] _partition;
    private long _last;

    public KafkaLoad(string bootstrapServers, int replyPartition)
    {
        _partition = Encoding.UTF8.GetBytes(replyPartition.ToString(CultureInfo.InvariantCulture));
        _producer = BareKafka.Producer(bootstrapServers);
        _replies = BareKafka.ListenAsync(bootstrapServers, "benchmark", new TopicPartition(Topics.Replies, replyPartition), Take, _stopping.Token);
    }

    /// <summary>Has <paramref name="callers"/> ask at a time, each for the next of <paramref name="ids"/>, until the time is over or the ids are.</summary>
    public async Task<Measurement> RunAsync(string topic, int callers, TimeSpan duration, IEnumerator<string> ids, Func<string, byte[], bool> isRight)
    {
        var start = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(topic, start, duration, ids, isRight))));
        return new Measurement(results.SelectMany(result => result.Times), results.Sum(result => result.Wrong), Stopwatch.GetElapsedTime(start));
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _replies.Wait();
        _producer.Dispose();
        _stopping.Dispose();
    }

    private async Task<(List<long> Times, long Wrong)> CallAsync(string topic, long start, TimeSpan duration, IEnumerator<string> ids, Func<string, byte[], bool> isRight)
    {
        var times = new List<long>(100_000);
        var wrong = 0L;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            string id;
            lock (ids)
            {
                if (!ids.MoveNext())
                {
                    break;
                }

                id = ids.Current;
            }

            var sent = Stopwatch.GetTimestamp();
            var reply = await AskAsync(topic, id).WaitAsync(TimeLimit);
            times.Add(Stopwatch.GetTimestamp() - sent);
            if (!isRight(id, reply))
            {
                wrong++;
            }
        }

        return (times, wrong);
    }

    private Task<byte[]> AskAsync(string topic, string id)
    {
        var correlation = $"{_run}-{Interlocked.Increment(ref _last)}";
        var pending = _pending[correlation] = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var correlationBytes = Encoding.UTF8.GetBytes(correlation);
        var now = DateTimeOffset.UtcNow;
        var headers = new Headers
        {
            { "ce_id", correlationBytes },
            { "ce_type", Encoding.UTF8.GetBytes(MessageTypes.GetProduct) },
            { "ce_source", "/benchmark"u8.ToArray() },
            { "ce_specversion", "1.0"u8.ToArray() },
            { "ce_time", Encoding.UTF8.GetBytes(now.ToString("O", CultureInfo.InvariantCulture)) },
            { "content-type", "application/json"u8.ToArray() },
            { "correlation-id", correlationBytes },
            { "reply-topic", Encoding.UTF8.GetBytes(Topics.Replies) },
            { "reply-partition", _partition },
            { "deadline", Encoding.UTF8.GetBytes((now + TimeLimit).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)) },
        };
        _producer.Produce(
            new TopicPartition(topic, BareKafka.StickyPartition),
            new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(id), Value = Encoding.UTF8.GetBytes($"{{\"productId\":\"{id}\"}}"), Headers = headers },
            report =>
            {
                if (report.Error.IsError && _pending.TryRemove(correlation, out var lost))
                {
                    lost.TrySetException(new KafkaException(report.Error));
                }
            });
        return pending.Task;
    }

    private void Take(Message<byte[], byte[]> reply)
    {
        if (reply.Headers.TryGetLastBytes("correlation-id", out var correlation) && _pending.TryRemove(Encoding.UTF8.GetString(correlation), out var pending))
        {
            pending.TrySetResult(reply.Value);
        }
    }
}
