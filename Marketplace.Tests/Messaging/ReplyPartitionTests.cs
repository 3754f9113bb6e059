using System.Text;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Marketplace.Tests.Products;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>Whose replies come where.</summary>
[Collection(typeof(SharedKafka))]
public sealed class ReplyPartitionTests(KafkaBroker kafka, RedisServer redis) : IClassFixture<RedisServer>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly string _topic = $"{Guid.NewGuid():N}";

    [Fact(Timeout = 120_000)]
    public async Task While_there_are_free_ones_every_instance_has_a_partition_of_its_own()
    {
        var leases = Enumerable.Range(0, 8).Select(_ => Lease()).ToList();

        var taken = await Task.WhenAll(leases.Select(lease => lease.TakeAsync(_topic, () => 8, TestContext.Current.CancellationToken)));
        var shared = await Lease().TakeAsync(_topic, () => 8, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 8), taken.Order());
        Assert.InRange(shared, 0, 7);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_an_instance_lets_go_is_free_at_once_and_what_a_lost_one_had_soon()
    {
        var (leaving, lost) = (Lease(), Lease());
        var freed = await leaving.TakeAsync(_topic, () => 2, TestContext.Current.CancellationToken);
        var orphaned = await lost.TakeAsync(_topic, () => 2, TestContext.Current.CancellationToken);
        var left = await redis.Connection.GetDatabase().KeyTimeToLiveAsync($"{_topic}:partition:{orphaned}");
        Assert.InRange(left!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

        await leaving.ReleaseAsync();
        Assert.Equal(freed, await Lease().TakeAsync(_topic, () => 2, TestContext.Current.CancellationToken));

        await ForgetAsync(_topic, orphaned);
        Assert.Equal(orphaned, await Lease().TakeAsync(_topic, () => 2, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_instance_whose_partition_another_got_when_Redis_forgot_takes_a_free_one()
    {
        var first = Lease();
        var partition = await first.TakeAsync(_topic, () => 2, TestContext.Current.CancellationToken);
        await ForgetAsync(_topic, partition);
        await redis.Connection.GetDatabase().StringSetAsync($"{_topic}:partition:{partition}", "another", Long);

        await first.RenewAsync();

        Assert.Equal(1 - partition, first.Partition);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_instance_that_shares_a_partition_takes_one_that_was_added()
    {
        var partitions = 1;
        var (first, second) = (Lease(), Lease());
        await first.TakeAsync(_topic, () => partitions, TestContext.Current.CancellationToken);
        Assert.Equal(0, await second.TakeAsync(_topic, () => partitions, TestContext.Current.CancellationToken));

        partitions = 2;
        await second.RenewAsync();

        Assert.Equal(1, second.Partition);
    }

    [Fact(Timeout = 120_000)]
    public async Task When_a_partition_becomes_free_a_sharing_instance_moves_there_and_misses_no_reply()
    {
        var (market, replies) = (kafka.TakeMarket(), kafka.TakePartitionedTopic());
        var commands = Topics.GetProduct(market);
        var gate = new Gate();
        await using var service = await StartServiceAsync(commands, market, replies, gate);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(partition =>
            redis.Connection.GetDatabase().StringSetAsync($"{replies}:partition:{partition}", "another", Long)));
        await using var gateway = await StartGatewayAsync(commands, replies);
        var (client, lease) = (gateway.Get<RequestClient>(), gateway.Get<ReplyPartitionLease>());
        var shared = lease.Partition;
        var asked = client.GetProductAsync(market, "held", Long, TestContext.Current.CancellationToken);
        await gate.Reached.WaitAsync(TestContext.Current.CancellationToken);

        await ForgetAsync(replies, (shared + 5) % 12);
        await lease.RenewAsync();
        Assert.Equal((shared + 5) % 12, lease.Partition);
        await Wait.UntilAsync(
            () => Encoding.UTF8.GetString(gateway.Get<ReplyReader>().ReplyPartition.GetValueBytes()) == $"{lease.Partition}", "replies come to the new partition");

        await client.GetProductAsync(market, "moved", Long, TestContext.Current.CancellationToken);
        gate.Open();
        await asked;
    }

    [Fact(Timeout = 120_000)]
    public async Task A_restarted_instance_ignores_the_replies_to_its_predecessor()
    {
        var market = kafka.TakeMarket();
        var (commands, replies) = (Topics.GetProduct(market), KafkaBroker.RepliesOf(market));
        var gate = new Gate();
        await using var service = await StartServiceAsync(commands, market, replies, gate);
        await using (var predecessor = await StartGatewayAsync(commands, replies))
        {
            _ = predecessor.Get<RequestClient>().GetProductAsync(market, "held", Long, CancellationToken.None);
            await gate.Reached.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var gateway = await StartGatewayAsync(commands, replies);
        var client = gateway.Get<RequestClient>();
        var before = client.GetProductAsync(market, "held", Long, TestContext.Current.CancellationToken);
        gate.Open();

        Assert.True(ProductReply.TryRead(await before, out var reply));
        Assert.Equal("\"held\"", Encoding.UTF8.GetString(reply.Product.Span));
        Assert.Equal(0, client.PendingCount);
    }

    private Task<bool> ForgetAsync(string topic, int partition) => redis.Connection.GetDatabase().KeyDeleteAsync($"{topic}:partition:{partition}");

    private ReplyPartitionLease Lease() => new(TimeProvider.System, NullLogger<ReplyPartitionLease>.Instance, redis.Connection);

    private Task<MessagingProcess> StartServiceAsync(string commands, string group, string replies, Gate gate) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(gate);
        messaging.AddConsumer<Held>(commands, group).AddReplyTopic(replies);
    });

    private Task<MessagingProcess> StartGatewayAsync(string commands, string replies) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(redis.Connection);
        messaging.AddRequestClient(replies).AddTopic(commands);
    });

    private sealed class Gate
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Open() => _open.SetResult();

        public Task PassAsync()
        {
            _reached.TrySetResult();
            return _open.Task;
        }
    }

    /// <summary>Answers at once, but what is to be held when the gate opens.</summary>
    private sealed class Held(Replies replies, Gate gate) : IMessageHandler
    {
        public async Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                var id = Encoding.UTF8.GetString(message.Key.Span);
                if (id == "held")
                {
                    await gate.PassAsync().WaitAsync(cancellationToken);
                }

                replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"\"{id}\"")), ProductReply.TooLarge);
                message.Complete();
            }
        }
    }
}
