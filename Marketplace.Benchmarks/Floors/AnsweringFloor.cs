using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Marketplace.Contracts;
using Marketplace.Messaging;
using StackExchange.Redis;

namespace Marketplace.Benchmarks.Floors;

/// <summary>
/// Bare services. Each id in a record on <see cref="FloorTopics.Commands"/> is answered with the bytes that Redis has for it;
/// a message on <see cref="FloorTopics.Echo"/> is sent back to where its headers say, with as many bytes as a product has.
/// </summary>
internal static class AnsweringFloor
{
    /// <summary>What an echo carries back.</summary>
    public const string EchoKey = "floor:echo";

    public static int Run()
    {
        var redis = ConnectionMultiplexer.Connect(Environment.GetEnvironmentVariable("ConnectionStrings__redis")!);
        var database = redis.GetDatabase();
        var echo = (byte[]?)database.StringGet(EchoKey) ?? [];
        using var producer = BareKafka.Producer(BareKafka.Servers);
        var replies = new RecordSender(producer, () => new TopicPartition(FloorTopics.Replies, 0));
        using var consumer = BareKafka.Consumer(BareKafka.Servers, "floor-answering");
        // From the beginning: what was asked before this was ready waits there.
        consumer.Assign(((string[])[FloorTopics.Commands, FloorTopics.Echo]).SelectMany(topic => Enumerable.Range(0, MessagingBuilder.DefaultPartitions)
            .Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning))));
        using var stopping = new CancellationTokenSource();
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });
        Console.WriteLine("answering");
        while (!stopping.IsCancellationRequested)
        {
            if (consumer.Consume(100) is not { } asked)
            {
                continue;
            }

            if (asked.Topic == FloorTopics.Commands)
            {
                _ = AnswerAsync(asked.Message);
            }
            else
            {
                Echo(asked.Message);
            }
        }

        return 0;

        async Task AnswerAsync(Message<byte[], byte[]> asked)
        {
            var ids = RecordSender.Read(asked.Value).ToArray();
            var answers = await database.StringGetAsync([.. ids.Select(id => (RedisKey)HttpFloor.Key(Encoding.UTF8.GetString(id.Value)))]);
            foreach (var ((number, _), answer) in ids.Zip(answers))
            {
                replies.Add(number, (byte[]?)answer ?? []);
            }
        }

        void Echo(Message<byte[], byte[]> asked)
        {
            var partition = int.Parse(Encoding.UTF8.GetString(asked.Headers.GetLastBytes("reply-partition")), CultureInfo.InvariantCulture);
            var headers = new Headers { { "correlation-id", asked.Headers.GetLastBytes("correlation-id") } };
            producer.Produce(new TopicPartition(Topics.Replies, partition), new Message<byte[], byte[]> { Key = asked.Key, Value = echo, Headers = headers });
        }
    }
}
