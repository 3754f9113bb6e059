using System.Text;
using Confluent.Kafka;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Microsoft.Extensions.DependencyInjection;
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
    public async Task Without_a_service_the_caller_learns_that_time_is_up_and_its_place_is_freed()
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
                // The error says so each time; asking again is enough.
            }
        }

        Assert.Equal(0, client.PendingCount);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_that_was_lost_is_sent_again_within_its_deadline()
    {
        await using var service = await kafka.StartAsync((messaging, _) =>
            messaging.AddConsumer<LosesTheFirst>(Topics.GetProduct(_marketplace), _marketplace).AddReplyTopic(KafkaBroker.RepliesOf(_marketplace)));
        await using var gateway = await StartGatewayAsync();

        var bytes = await gateway.Get<RequestClient>().GetProductAsync(_marketplace, "1", TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);

        Assert.True(ProductReply.TryRead(bytes, out var reply));
        Assert.Equal("2", Encoding.UTF8.GetString(reply.Product.Span));
    }

    // An idempotent producer refuses any other acknowledgement than that of all replicas.
    [Fact(Timeout = 120_000)]
    public async Task The_acknowledgement_of_the_leader_is_enough_for_commands_and_not_for_events()
    {
        await using var service = await StartServiceAsync();
        await using var gateway = await StartGatewayAsync(new KeyValuePair<string, string?>("Aspire:Confluent:Kafka:Producer:Config:Acks", "Leader"));

        await gateway.Get<RequestClient>().GetProductAsync(_marketplace, "1", Long, TestContext.Current.CancellationToken);

        var exception = Assert.Throws<InvalidOperationException>(gateway.Get<MessageProducer>);
        Assert.Contains("idempotence", exception.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task A_clock_that_is_wrong_by_an_hour_makes_no_command_late_and_none_last_longer(int minutes)
    {
        var timeout = TimeSpan.FromSeconds(10);
        var clock = new WrongClock(TimeSpan.FromMinutes(minutes));
        TimeSpan? left = null;
        var recorder = new Recorder((message, _) =>
        {
            left = message.Deadline - clock.GetUtcNow();
            return Task.CompletedTask;
        });
        await using var service = await kafka.StartAsync((messaging, services) =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton(recorder);
            messaging.AddConsumer<Recorder>(Topics.GetProduct(_marketplace), _marketplace).AddReplyTopic(KafkaBroker.RepliesOf(_marketplace));
        });
        await using var gateway = await StartGatewayAsync();

        var asking = gateway.Get<RequestClient>().GetProductAsync(_marketplace, "1", timeout, TestContext.Current.CancellationToken);
        await recorder.WaitForAsync(1, TestContext.Current.CancellationToken).WaitAsync(timeout, TestContext.Current.CancellationToken);

        Assert.InRange(left!.Value, TimeSpan.FromMilliseconds(1), timeout);
        await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_in_structured_mode_is_answered_with_its_correlation_id_as_it_came()
    {
        var (commands, replies) = (Topics.GetProduct(_marketplace), KafkaBroker.RepliesOf(_marketplace));
        await using var service = await StartServiceAsync();

        // What Spring's ReplyingKafkaTemplate makes of a UUID: 16 bytes that are no text.
        byte[] correlationId = [0xff, 0xfe, .. Guid.NewGuid().ToByteArray().AsSpan(2)];
        await kafka.ProduceAsync(commands, ("1", """{"specversion":"1.0","id":"7","type":"product.get","source":"/java","datacontenttype":"application/json","data":{"productId":"1"}}""", new Headers
        {
            { "content-type", "application/cloudevents+json; charset=UTF-8"u8.ToArray() },
            { "correlation-id", correlationId },
            { "reply-topic", Encoding.UTF8.GetBytes(replies) },
            { "reply-partition", "0"u8.ToArray() },
        }));
        var reply = Assert.Single(await kafka.ReadAsync(replies, 1, TestContext.Current.CancellationToken));

        Assert.Equal(correlationId, reply.Message.Headers.GetLastBytes("correlation-id"));
        Assert.Equal(Convert.ToHexStringLower(correlationId), Encoding.UTF8.GetString(reply.Message.Headers.GetLastBytes("ce_id")));
        Assert.Contains("{\"id\":\"1\"}", reply.Message.Value, StringComparison.Ordinal);
    }

    private Task<MessagingProcess> StartServiceAsync() => kafka.StartAsync((messaging, _) =>
        messaging.AddConsumer<Answer>(Topics.GetProduct(_marketplace), _marketplace).AddReplyTopic(KafkaBroker.RepliesOf(_marketplace)));

    private Task<MessagingProcess> StartGatewayAsync(params KeyValuePair<string, string?>[] settings) => kafka.StartAsync(
        (messaging, _) => messaging.AddRequestClient(KafkaBroker.RepliesOf(_marketplace)).AddTopic(Topics.GetProduct(_marketplace)),
        settings);

    /// <summary>A clock of a machine whose time was never set.</summary>
    private sealed class WrongClock(TimeSpan difference) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + difference;
    }

    /// <summary>Handles every command, and answers from the second one on, with its number.</summary>
    private sealed class LosesTheFirst(Replies replies) : IMessageHandler
    {
        private int _count;

        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                if (Interlocked.Increment(ref _count) is > 1 and var number)
                {
                    replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"{number}")), ProductReply.TooLarge);
                }
            }

            return Task.CompletedTask;
        }
    }

    private sealed class Answer(Replies replies) : IMessageHandler
    {
        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                var id = Encoding.UTF8.GetString(message.Key.Span);
                replies.Send(message, MessageTypes.ProductReply, id == "absent"
                    ? ProductReply.Write(ProductSource.External, [])
                    : ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}")), ProductReply.TooLarge);
            }

            return Task.CompletedTask;
        }
    }
}
