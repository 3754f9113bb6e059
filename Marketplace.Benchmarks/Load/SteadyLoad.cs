using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging;

namespace Marketplace.Benchmarks.Load;

/// <summary>Sends a message to each of a topic's partitions every 10 ms, and keeps the longest that one waited for its handler.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Current = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sending;
    private readonly long[] _handled = new long[MessagingBuilder.DefaultPartitions];
    private readonly Lock _lock = new();
    private long _last;
    private long _longest;

    public SteadyLoad(string bootstrapServers, string topic)
    {
        _producer = BareKafka.Producer(bootstrapServers);
        _sending = SendAsync(topic);
    }

    /// <summary>The longest that a message waited, of those handled since <see cref="Forget"/>.</summary>
    public TimeSpan Longest => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longest));

    public void Forget() => Interlocked.Exchange(ref _longest, 0);

    /// <summary>A message was handled.</summary>
    /// <param name="partition">Where it was.</param>
    /// <param name="sent">When it was sent, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="handled">When it was handled, in the same.</param>
    public void Handled(int partition, long sent, long handled)
    {
        lock (_lock)
        {
            _handled[partition] = Math.Max(_handled[partition], sent);
            _longest = Math.Max(_longest, handled - sent);
        }
    }

    /// <summary>Waits for a time, and then until all partitions are read as messages come.</summary>
    public async Task SettleAsync(TimeSpan least)
    {
        await Task.Delay(least);
        await UntilAsync(() => Array.TrueForAll(_handled, sent => Stopwatch.GetElapsedTime(sent) < Current));
    }

    /// <summary>Sends no more, and waits until all is handled.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
        _producer.Flush(TimeLimit);
        await UntilAsync(() => Array.TrueForAll(_handled, sent => sent == _last));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
        _producer.Dispose();
        _stopping.Dispose();
    }

    private async Task SendAsync(string topic)
    {
        using var timer = new PeriodicTimer(Period);
        while (!_stopping.IsCancellationRequested)
        {
            _last = Stopwatch.GetTimestamp();
            var text = Encoding.UTF8.GetBytes(_last.ToString(CultureInfo.InvariantCulture));
            for (var partition = 0; partition < MessagingBuilder.DefaultPartitions; partition++)
            {
                var headers = new Headers { { "ce_id", text }, { "ce_type", "benchmark"u8.ToArray() }, { "ce_source", "/benchmark"u8.ToArray() }, { "ce_specversion", "1.0"u8.ToArray() } };
                _producer.Produce(new TopicPartition(topic, partition), new Message<byte[], byte[]> { Value = text, Headers = headers });
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeLimit);
        using var timer = new PeriodicTimer(Period);
        while (true)
        {
            lock (_lock)
            {
                if (isSo())
                {
                    return;
                }
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
