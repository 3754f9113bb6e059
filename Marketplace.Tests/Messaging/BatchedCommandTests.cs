using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>Commands that share records, as those of busy gateways do.</summary>
[Collection(typeof(SharedKafka))]
public sealed class BatchedCommandTests(KafkaBroker kafka)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly string _marketplace = kafka.TakeMarket();

    private string Commands => Topics.GetProduct(_marketplace);

    private string Replies => KafkaBroker.RepliesOf(_marketplace);

    [Fact(Timeout = 120_000)]
    public async Task Many_at_once_share_records_and_each_gets_its_own_answer()
    {
        const int Count = 2_000;
        await using var service = await StartServiceAsync();
        await using var gateway = await StartGatewayAsync();
        var client = gateway.Get<RequestClient>();
        await client.GetProductAsync(_marketplace, "first", Long, TestContext.Current.CancellationToken); // its reply says that the service reads batches

        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, cancellationToken) =>
            Assert.Equal($"id-{i}", await AskAsync(client, $"id-{i}", cancellationToken)));

        var records = service.Get<Answer>().Records.Count;
        var replies = (await kafka.ReadAllBytesAsync(Replies, TestContext.Current.CancellationToken)).Count;
        Assert.InRange(records, 1, Count / 2);
        Assert.InRange(replies, 1, Count / 2);
    }

    [Fact(Timeout = 120_000)]
    public async Task One_of_several_in_a_record_that_cannot_be_handled_is_a_dead_letter_alone()
    {
        await using var service = await StartServiceAsync();
        string[] events = [Event("a", "first", "test"), Event("b", "bad", ""), Event("c", "third", "test")];
        await kafka.ProduceAsync(Commands, ("", $"[{string.Join(',', events)}]", Headers("application/cloudevents-batch+json")));

        var letter = Assert.Single(await kafka.ReadAsync(DeadLetterQueue.TopicOf(Commands), 1, TestContext.Current.CancellationToken)).Message;
        Assert.Equal(("bad", events[1]), (letter.Key, letter.Value));
        Assert.Equal("application/cloudevents+json", Text(letter.Headers, "content-type"));
        Assert.Equal("The attribute type is missing.", Text(letter.Headers, "error-message"));
        Assert.Equal(["a:first", "c:third"], await AnsweredAsync(2, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_record_that_is_no_array_of_events_is_a_dead_letter_as_it_came()
    {
        await using var service = await StartServiceAsync();
        await kafka.ProduceAsync(Commands, ("key", "[1]", Headers("application/cloudevents-batch+json")));

        var letter = Assert.Single(await kafka.ReadAsync(DeadLetterQueue.TopicOf(Commands), 1, TestContext.Current.CancellationToken)).Message;
        Assert.Equal(("key", "[1]"), (letter.Key, letter.Value));
        Assert.Equal("The body is not a JSON array of 1 to 1000 CloudEvents.", Text(letter.Headers, "error-message"));
    }

    [Fact(Timeout = 120_000)]
    public async Task One_whose_deadline_has_passed_is_dropped_alone()
    {
        await using var service = await StartServiceAsync();
        var passed = Event("a", "late", "test", """ "deadline":"1000", """);
        await kafka.ProduceAsync(Commands, ("", $"[{passed},{Event("b", "in-time", "test")}]", Headers("application/cloudevents-batch+json")));

        Assert.Equal(["b:in-time"], await AnsweredAsync(1, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task Those_who_read_no_batches_get_each_command_in_a_record()
    {
        await using var service = await StartOlderAsync(accepts: null);
        await using var gateway = await StartGatewayAsync();
        var client = gateway.Get<RequestClient>();

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, cancellationToken) =>
            Assert.Equal($"id-{i}", await AskAsync(client, $"id-{i}", cancellationToken)));

        Assert.Equal(0, service.Get<Older>().InBatches);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_went_together_to_an_instance_that_cannot_read_it_is_answered_when_it_is_sent_again_alone()
    {
        // As if the first reply came from a newer instance, and the partitions went to an older one then.
        await using var service = await StartOlderAsync(EventBatch.Accept);
        await using var gateway = await StartGatewayAsync();
        var client = gateway.Get<RequestClient>();
        await client.GetProductAsync(_marketplace, "first", Long, TestContext.Current.CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AskAsync(client, $"id-{i}", TestContext.Current.CancellationToken, seconds: 4)));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"id-{i}"), answers);
        Assert.NotEqual(0, service.Get<Older>().InBatches);
    }

    private static string Event(string id, string key, string type, string more = " ") =>
        $$"""{"specversion":"1.0","id":"{{id}}","type":"{{type}}",{{more}}"source":"/tests","partitionkey":"{{key}}","data":{} }""";

    private static string? Text(Headers headers, string name) => headers.TryGetLastBytes(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    private Headers Headers(string contentType) => new()
    {
        { "content-type", Encoding.UTF8.GetBytes(contentType) },
        { "reply-topic", Encoding.UTF8.GetBytes(Replies) },
        { "reply-partition", "0"u8.ToArray() },
    };

    // Each reply alone, as the record does not say that its sender reads batches.
    private async Task<string[]> AnsweredAsync(int count, CancellationToken cancellationToken)
    {
        var replies = await kafka.ReadAsync(Replies, count, cancellationToken);
        return [.. replies.Select(reply => $"{Text(reply.Message.Headers, "correlation-id")}:{ProductOf(reply.Message.Value)}").Order()];
    }

    private static string ProductOf(string reply) =>
        ProductReply.TryRead(Encoding.UTF8.GetBytes(reply), out var read) ? Encoding.UTF8.GetString(read.Product.Span).Trim('"') : reply;

    private async Task<string> AskAsync(RequestClient client, string id, CancellationToken cancellationToken, int seconds = 30)
    {
        var bytes = await client.GetProductAsync(_marketplace, id, TimeSpan.FromSeconds(seconds), cancellationToken);
        return ProductOf(Encoding.UTF8.GetString(bytes.Span));
    }

    private Task<MessagingProcess> StartServiceAsync() =>
        kafka.StartAsync((messaging, _) => messaging.AddConsumer<Answer>(Commands, _marketplace).AddReplyTopic(Replies));

    private Task<MessagingProcess> StartOlderAsync(Header? accepts) => kafka.StartAsync((messaging, services) =>
    {
        services.AddSingleton(provider => new Older(provider.GetRequiredService<IProducer<byte[], byte[]>>(), accepts));
        messaging.AddConsumer<Older>(Commands, _marketplace).AddReplyTopic(Replies);
    });

    private Task<MessagingProcess> StartGatewayAsync() =>
        kafka.StartAsync((messaging, _) => messaging.AddRequestClient(Replies).AddTopic(Commands));

    /// <summary>Answers with the key, and notes the records that came.</summary>
    private sealed class Answer(Replies replies) : IMessageHandler
    {
        public ConcurrentDictionary<(int Partition, long Offset), int> Records { get; } = new();

        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                Records.AddOrUpdate((message.Partition, message.Offset), 1, (_, count) => count + 1);
                replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"\"{Encoding.UTF8.GetString(message.Key.Span)}\"")), ProductReply.TooLarge);
            }

            return Task.CompletedTask;
        }
    }

    /// <summary>Answers as older versions do: each command with a reply alone, and nothing that came with others.</summary>
    private sealed class Older(IProducer<byte[], byte[]> producer, Header? accepts) : IMessageHandler
    {
        private int _inBatches;

        public int InBatches => _inBatches;

        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                if (Text(message.Started.Result.Message.Headers, "content-type") != "application/json")
                {
                    Interlocked.Increment(ref _inBatches);
                    continue;
                }

                var headers = KafkaBroker.CloudEvent("reply", ("correlation-id", Encoding.UTF8.GetString(message.Envelope.CorrelationId.Span)));
                if (accepts is not null)
                {
                    headers.Add(accepts);
                }

                producer.Produce(message.ReplyTo, new Message<byte[], byte[]>
                {
                    Value = ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"\"{Encoding.UTF8.GetString(message.Key.Span)}\"")),
                    Headers = headers,
                });
            }

            return Task.CompletedTask;
        }
    }
}
