using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Tests.Products;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>Topics of a running system get more partitions.</summary>
[Collection(typeof(SharedKafka))]
public sealed class PartitionGrowthTests(KafkaBroker kafka, RedisServer redis) : IClassFixture<RedisServer>
{
    private const int Before = 12;
    private const int After = 24;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(KafkaBroker.Protocols), MemberType = typeof(KafkaBroker))]
    public async Task Partitions_added_under_load_are_used_by_all_and_nothing_is_lost(GroupProtocol protocol)
    {
        KafkaBroker.RequireApache();
        var (market, replies, events) = (kafka.TakeMarket(), kafka.TakePartitionedTopic(), kafka.TakePartitionedTopic());
        var commands = Topics.GetProduct(market);
        KeyValuePair<string, string?>[] settings = [KafkaBroker.ConsumerSetting("TopicMetadataRefreshIntervalMs", 500), KafkaBroker.ConsumerSetting("GroupProtocol", protocol)];
        var (seen, heardOn) = (new SeenPartitions(), new ConcurrentDictionary<int, bool>());
        var heard = new Recorder((message, _) =>
        {
            heardOn[message.Partition] = true;
            return Task.CompletedTask;
        });
        await using var service = await kafka.StartAsync(
            (messaging, services) =>
            {
                services.AddSingleton(seen);
                messaging.AddConsumer<Answer>(commands, market).AddReplyTopic(replies);
            },
            settings);
        await using var gateway = await kafka.StartAsync(
            (messaging, services) =>
            {
                services.AddSingleton(heard);
                messaging.AddRequestClient(replies).AddTopic(commands).AddBroadcastConsumer<Recorder>([events]);
            },
            settings);
        await using var publisher = await kafka.StartAsync((messaging, _) => messaging.AddTopic(events), new KeyValuePair<string, string?>("Aspire:Confluent:Kafka:Producer:Config:TopicMetadataRefreshIntervalMs", "500"));
        using var end = new CancellationTokenSource();
        var load = LoadAsync(gateway.Get<RequestClient>(), market, publisher.Get<MessageProducer>(), events, end.Token);

        await GrowAsync(commands, replies, events);
        await Wait.UntilAsync(() => seen.Partitions.Count == After, "commands come through all partitions");
        await Wait.UntilAsync(() => heardOn.Keys.Count(partition => partition >= Before) == After - Before, "events come through all partitions");

        // All of the first partitions are taken.
        await Task.WhenAll(Enumerable.Range(0, Before).Select(partition => redis.Connection.GetDatabase().StringSetAsync($"{replies}:partition:{partition}", "another", Long)));
        await using var late = await StartGatewayAsync(commands, replies);
        Assert.InRange(late.Get<ReplyPartitionLease>().Partition, Before, After - 1);
        await late.Get<RequestClient>().GetProductAsync(market, "late", Long, TestContext.Current.CancellationToken);

        await end.CancelAsync();
        var sent = await load;
        await Wait.UntilAsync(() => heard.Bodies.Distinct().Count() == sent, "every event is heard");
        Assert.Empty(await kafka.ReadAllAsync(DeadLetterQueue.TopicOf(commands), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_reply_goes_to_a_partition_that_the_service_has_not_heard_of_yet()
    {
        KafkaBroker.RequireApache();
        var (market, replies) = (kafka.TakeMarket(), kafka.TakePartitionedTopic());
        var commands = Topics.GetProduct(market);
        await using var service = await kafka.StartAsync((messaging, services) =>
        {
            services.AddSingleton<SeenPartitions>();
            messaging.AddConsumer<Answer>(commands, market).AddReplyTopic(replies);
        });
        await GrowAsync(replies);
        await Task.WhenAll(Enumerable.Range(0, Before).Select(partition => redis.Connection.GetDatabase().StringSetAsync($"{replies}:partition:{partition}", "another", Long)));
        await using var gateway = await StartGatewayAsync(commands, replies);

        await gateway.Get<RequestClient>().GetProductAsync(market, "1", Long, TestContext.Current.CancellationToken);

        Assert.InRange(gateway.Get<ReplyPartitionLease>().Partition, Before, After - 1);
        Assert.Empty(await kafka.ReadAllAsync(DeadLetterQueue.TopicOf(commands), TestContext.Current.CancellationToken));
    }

    private Task<MessagingProcess> StartGatewayAsync(string commands, string replies) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(redis.Connection);
        messaging.AddRequestClient(replies).AddTopic(commands);
    });

    /// <summary>Asks and publishes until the end.</summary>
    /// <returns>How many events were sent, when every command is answered and every event stored.</returns>
    private static async Task<int> LoadAsync(RequestClient client, string market, MessageProducer producer, string events, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var asked = new List<Task>();
        var sent = 0;
        while (!end.IsCancellationRequested)
        {
            var body = Encoding.UTF8.GetBytes($"{sent++}");
            asked.Add(client.GetProductAsync(market, "1", Long, CancellationToken.None));
            asked.Add(producer.SendAsync(new OutgoingMessage { Topic = events, Type = "test", Key = body, Body = body }, CancellationToken.None));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(asked);
        return sent;
    }

    private async Task GrowAsync(params string[] topics)
    {
        using var admin = kafka.CreateAdmin();
        await admin.CreatePartitionsAsync(topics.Select(topic => new PartitionsSpecification { Topic = topic, IncreaseTo = After }));
    }

    private sealed class SeenPartitions
    {
        public ConcurrentDictionary<int, bool> Partitions { get; } = new();
    }

    private sealed class Answer(Replies replies, SeenPartitions seen) : IMessageHandler
    {
        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                seen.Partitions[message.Partition] = true;
                replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, "{}"u8), ProductReply.TooLarge);
            }

            return Task.CompletedTask;
        }
    }
}
