using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using CsCheck;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Tests.Messaging;

/// <summary>Messages that nobody can handle, among others that want an answer.</summary>
[Collection(typeof(SharedKafka))]
public sealed class PoisonTests(KafkaBroker kafka)
{
    private const int Malformed = 250;
    private const int Good = 250;

    private static readonly byte[] GoodBody = """{"productId":"1"}"""u8.ToArray();

    private static readonly Gen<byte[]> NoUtf8 = Gen.Byte[0x80, 0xBF].Array[1, 8];

    // Of our own headers one is wrong, the rest of the message is right.
    private static readonly Gen<(Headers? Headers, byte[]? Body)> BadHeader = Gen.OneOf(
        Bad("ce_specversion", Among("0.3", "1", "1.0.2", "2.0", "", "one")),
        Among("ce_specversion", "ce_id", "ce_type", "ce_source").Select(name => Message((name, null))),
        Among("ce_id", "ce_type", "ce_source").Select(name => Message((name, []))),
        Gen.Select(Among("ce_id", "ce_type", "ce_source", "reply-topic"), NoUtf8).Select(bad => Message((bad.Item1, bad.Item2))),
        Bad("deadline", Gen.OneOf(
            Gen.Long[long.MinValue, -1].Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Gen.Long[253_402_300_800_000, long.MaxValue].Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Among("99999999999999999999999", "soon", "", "1e12", "12.5", " 1", "253402300799999"))),
        Bad("reply-partition", Gen.OneOf(
            Gen.Int[int.MinValue, -1].Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Gen.Int[1, int.MaxValue].Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Among("2147483648", "first", "", "0x0"))),
        Bad("reply-topic", Among("elsewhere", "__consumer_offsets", "../x", "", "!")),
        Among("reply-partition", "correlation-id").Select(name => Message((name, null))),
        Gen.Int[65, 300].Select(count => Message([.. Enumerable.Range(0, count).Select(i => ($"x-{i}", (byte[]?)[]))])),
        Gen.Int[17_000, 40_000].Select(size => Message(("x-large", new byte[size]))),
        Gen.Byte.Array[0, 40].Select(body => ((Headers?)null, (byte[]?)body)));

    private static readonly Gen<(Headers? Headers, byte[]? Body)> BadBody = Gen.OneOf(
            Gen.Byte.Array[0, 64],
            Gen.String.Select(text => Encoding.UTF8.GetBytes($"{{\"productId\":{text}")),
            Gen.Int.Select(number => Encoding.UTF8.GetBytes($"{{\"productId\":{number}}}")),
            Among("{}", "null", "[]", "\"1\"", "{\"productId\":null}", "{\"productId\":\"\"}", "{\"productId\":\"ä\"}").Select(Encoding.UTF8.GetBytes),
            Gen.Int[5_000, 60_000].Select(size => Encoding.UTF8.GetBytes($"{{\"productId\":\"1\",\"more\":\"{new string('x', size)}\"}}")),
            Gen.Const(() => (byte[])null!))
        .Select(body => (Message().Headers, (byte[]?)body));

    [Fact(Timeout = 120_000)]
    public async Task Hundreds_among_good_ones_lose_nothing_and_stop_nothing()
    {
        var market = kafka.TakeMarket();
        var (commands, replies) = (Topics.GetProduct(market), KafkaBroker.RepliesOf(market));
        await using var service = await kafka.StartAsync((messaging, _) => messaging.AddConsumer<Strict>(commands, market).AddReplyTopic(replies));
        await using var gateway = await kafka.StartAsync((messaging, _) => messaging.AddRequestClient(replies).AddTopic(commands));
        var client = gateway.Get<RequestClient>();
        var malformed = new List<(Headers? Headers, byte[]? Body)>();
        Gen.Frequency((3, BadHeader), (2, BadBody)).Sample(malformed.Add, iter: Malformed, threads: 1);

        var sending = kafka.ProduceBytesAsync(commands, malformed.Select(message => new Message<byte[], byte[]?>
        {
            Headers = Named(message.Headers, replies, commands),
            Value = message.Body,
        }));
        var answers = await Task.WhenAll(Enumerable.Range(0, Good).Select(async i =>
        {
            await Task.Yield();
            var reply = await client.GetProductAsync(market, $"good-{i}", TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            return ProductReply.TryRead(reply, out var read) ? Encoding.UTF8.GetString(read.Product.Span) : "";
        }));
        await sending;

        Assert.Equal(Enumerable.Range(0, Good).Select(i => $"\"good-{i}\""), answers);
        await kafka.ReadAsync(DeadLetterQueue.TopicOf(commands), Malformed, TestContext.Current.CancellationToken);
        await service.StopAsync();

        var letters = await kafka.ReadAllBytesAsync(DeadLetterQueue.TopicOf(commands), TestContext.Current.CancellationToken);
        Assert.Equal(malformed.Select(message => Convert.ToHexString(message.Body ?? [])).Order(), letters.Select(letter => Convert.ToHexString(letter.Message.Value ?? [])).Order());
        Assert.Equal(Malformed, letters.Select(letter => Text(letter, "error-origin")).Distinct().Count());
        Assert.All(letters, letter =>
        {
            Assert.Contains(Text(letter, "error-type"), (string[])["invalid-envelope", "invalid-json", "invalid-id", "oversize"]);
            Assert.NotEmpty(Text(letter, "error-message"));
            Assert.StartsWith($"{commands}/", Text(letter, "error-origin"), StringComparison.Ordinal);
        });

        // All of it is committed: an instance that comes later finds nothing to do but what comes later.
        var recorder = new Recorder();
        await using var next = await kafka.StartAsync((messaging, services) =>
        {
            services.AddSingleton(recorder);
            messaging.AddConsumer<Recorder>(commands, market);
        });
        await kafka.ProduceAsync(commands, ("k", "later", KafkaBroker.CloudEvent("2")));
        await recorder.WaitForAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(["later"], recorder.Bodies);
    }

    private static Gen<string> Among(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<(Headers? Headers, byte[]? Body)> Bad(string name, Gen<string> value) =>
        value.Select(text => Message((name, Encoding.UTF8.GetBytes(text))));

    // A good command but for what is given; null leaves a header out.
    private static (Headers? Headers, byte[]? Body) Message(params (string Name, byte[]? Value)[] wrong)
    {
        var headers = KafkaBroker.CloudEvent("1", ("correlation-id", "1"), ("reply-topic", "*"), ("reply-partition", "0"));
        foreach (var (name, value) in wrong)
        {
            headers.Remove(name);
            if (value is not null)
            {
                headers.Add(name, value);
            }
        }

        return (headers, GoodBody);
    }

    // A star stands for the topic of replies, an exclamation mark for one that the service uses for something else.
    private static Headers? Named(Headers? headers, string replies, string commands)
    {
        if (headers is not null && headers.TryGetLastBytes("reply-topic", out var topic) && topic is [(byte)'*' or (byte)'!'])
        {
            headers.Remove("reply-topic");
            headers.Add("reply-topic", Encoding.UTF8.GetBytes(topic is [(byte)'*'] ? replies : commands));
        }

        return headers;
    }

    private static string Text(ConsumeResult<byte[], byte[]> letter, string name) => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes(name));

    /// <summary>Answers with the id it was asked for, and refuses what is no command.</summary>
    private sealed class Strict(Replies replies) : IMessageHandler
    {
        public Task HandleAsync(IReadOnlyList<ConsumedMessage> messages, CancellationToken cancellationToken)
        {
            foreach (var message in messages)
            {
                replies.Send(message, MessageTypes.ProductReply, ProductReply.Write(ProductSource.Cache, Encoding.UTF8.GetBytes($"\"{Read(message)}\"")), ProductReply.TooLarge);
                message.Complete();
            }

            return Task.CompletedTask;
        }

        private static string Read(ConsumedMessage message)
        {
            if (message.Body.Length > 4096)
            {
                throw new PoisonMessageException("oversize", "The body is too large.");
            }

            try
            {
                return JsonSerializer.Deserialize(message.Body.Span, ContractsJson.Default.GetProduct)?.ProductId is { } id && ProductId.IsValid(id)
                    ? id
                    : throw new PoisonMessageException("invalid-id", "There is no id.");
            }
            catch (JsonException exception)
            {
                throw new PoisonMessageException("invalid-json", "It is no JSON.", exception);
            }
        }
    }
}
