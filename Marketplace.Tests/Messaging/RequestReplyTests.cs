using System.Text;
using Marketplace.Messaging;
using Marketplace.Messaging.Contracts;
using Xunit;

namespace Marketplace.Tests.Messaging;

[Collection(typeof(SharedKafka))]
public sealed class RequestReplyTests(KafkaBroker kafka)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly string _marketplace = kafka.TakeMarket();

    [Fact(Timeout = 120_000)]
    public async Task A_command_is_answered_by_the_service_that_handles_it()
    {
        await using var service = await StartServiceAsync();
        await using var gateway = await StartGatewayAsync();

        var bytes = await gateway.Get<RequestClient>().GetProductAsync(_marketplace, "absent", Long, TestContext.Current.CancellationToken);

        Assert.True(ProductReply.TryRead(bytes, out var reply));
        Assert.Equal(ReplyStatus.NotFound, reply.Status);
        Assert.Equal(ProductSource.External, reply.Source);
    }

    [Fact(Timeout = 120_000)]
    public async Task Concurrent_callers_of_two_gateways_on_one_reply_partition_each_get_their_own_answer()
    {
        await using var service = await StartServiceAsync();
        await using var one = await StartGatewayAsync();
        await using var other = await StartGatewayAsync();
        RequestClient[] clients = [one.Get<RequestClient>(), other.Get<RequestClient>()];

        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, cancellationToken) =>
        {
            var bytes = await clients[i % 2].GetProductAsync(_marketplace, $"id-{i}", Long, cancellationToken);
            Assert.True(ProductReply.TryRead(bytes, out var reply));
            Assert.Equal($"{{\"id\":\"id-{i}\"}}", Encoding.UTF8.GetString(reply.Product.Span));
        });

        Assert.All(clients, client => Assert.Equal(0, client.PendingCount));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_service_the_caller_is_told_that_time_is_up_and_its_place_is_freed()
    {
        await using var gateway = await StartGatewayAsync();
        var client = gateway.Get<RequestClient>();

        var exception = await Assert.ThrowsAsync<RequestTimeoutException>(
            () => client.GetProductAsync(_marketplace, "any", TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));

        Assert.Equal(Topics.GetProduct(_marketplace), exception.Topic);
        Assert.Equal(0, client.PendingCount);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_caller_that_goes_away_frees_its_place()
    {
        await using var gateway = await StartGatewayAsync();
        var client = gateway.Get<RequestClient>();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var asking = client.GetProductAsync(_marketplace, "any", Long, caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(0, client.PendingCount);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_marketplace_whose_topic_was_not_added_is_refused()
    {
        await using var gateway = await StartGatewayAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => gateway.Get<RequestClient>().GetProductAsync("elsewhere", "any", Long, TestContext.Current.CancellationToken));

        Assert.Contains("elsewhere.product.get", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, gateway.Get<RequestClient>().PendingCount);
    }

    [Fact(Timeout = 240_000)]
    public async Task After_the_broker_went_and_came_back_commands_are_answered_again()
    {
        await using var service = await StartServiceAsync();
        await using var gateway = await StartGatewayAsync();
        var client = gateway.Get<RequestClient>();
        await client.GetProductAsync(_marketplace, "before", Long, TestContext.Current.CancellationToken);

        await kafka.RestartAsync();

        while (true)
        {
            try
            {
                await client.GetProductAsync(_marketplace, "after", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                break;
            }
            catch (Exception exception) when (exception is RequestTimeoutException or DeliveryException)
            {
                // Told so each time; nobody has to do anything but ask again.
            }
        }

        Assert.Equal(0, client.PendingCount);
    }

    private Task<MessagingProcess> StartServiceAsync() => kafka.StartAsync((messaging, _) =>
        messaging.AddConsumer<Answer>(Topics.GetProduct(_marketplace), _marketplace).AddTopic(KafkaBroker.RepliesOf(_marketplace)));

    private Task<MessagingProcess> StartGatewayAsync() => kafka.StartAsync((messaging, _) =>
        messaging.AddRequestClient(KafkaBroker.RepliesOf(_marketplace)).AddTopic(Topics.GetProduct(_marketplace)));

    private sealed class Answer(Replies replies) : IMessageHandler
    {
        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                var id = Encoding.UTF8.GetString(message.Key.Span);
                replies.Send(message, id == "absent"
                    ? ProductReply.Write(ProductSource.External, [])
                    : ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}")));
            }

            return Task.CompletedTask;
        }
    }
}
