using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;

namespace Marketplace.Benchmarks.Floors;

/// <summary>A bare gateway: the id to <see cref="FloorTopics.Commands"/>, the reply's bytes as the answer.</summary>
internal static class AskingFloor
{
    public static async Task<int> RunAsync()
    {
        using var producer = BareKafka.Producer(BareKafka.Servers);
        var pending = new ConcurrentDictionary<long, TaskCompletionSource<byte[]>>();
        _ = BareKafka.ListenAsync(BareKafka.Servers, "floor-asking", new TopicPartition(FloorTopics.Replies, 0), Take, CancellationToken.None);
        var sender = new RecordSender(producer, () => new TopicPartition(FloorTopics.Commands, BareKafka.StickyPartition));
        var last = 0L;
        return await FloorServer.RunAsync(async (_, id) =>
        {
            var number = Interlocked.Increment(ref last);
            var caller = pending[number] = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            sender.Add(number, Encoding.UTF8.GetBytes(id));
            return await caller.Task;
        });

        void Take(Message<byte[], byte[]> replies)
        {
            foreach (var (number, reply) in RecordSender.Read(replies.Value))
            {
                if (pending.TryRemove(number, out var caller))
                {
                    caller.TrySetResult(reply);
                }
            }
        }
    }
}

/// <summary>The topics of the bare programs.</summary>
internal static class FloorTopics
{
    /// <summary>Ids asked for.</summary>
    public const string Commands = "floor.commands";

    /// <summary>Answers, in partition 0.</summary>
    public const string Replies = "floor.replies";

    /// <summary>Messages of the product pipeline's form, sent back as they came.</summary>
    public const string Echo = "floor.echo";
}
