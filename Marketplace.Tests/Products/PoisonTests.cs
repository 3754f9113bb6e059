using System.Text;
using Confluent.Kafka;
using CsCheck;
using Marketplace.Contracts;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Products;

/// <summary>Messages that are no commands.</summary>
[Collection(Pipeline.Name)]
public class PoisonTests(PipelineServers servers)
{
    private static readonly Gen<byte[]> NoCommand = Gen.OneOf(
        Gen.Byte.Array[0, 64],
        Gen.String.Select(text => Encoding.UTF8.GetBytes($"{{\"productId\":{text}")),
        Gen.Int.Select(number => Encoding.UTF8.GetBytes($"{{\"productId\":{number}}}")),
        Gen.String.Select(text => Encoding.UTF8.GetBytes($"{{\"productId\":\"{text.Replace("\\", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)} \"}}")),
        Gen.Const("{}"u8.ToArray()),
        Gen.Const("null"u8.ToArray()),
        Gen.Const("{\"productId\":null}"u8.ToArray()),
        Gen.Const("{\"productId\":\"\"}"u8.ToArray()),
        Gen.Const(Encoding.UTF8.GetBytes($"{{\"productId\":\"{new string('1', 129)}\"}}")),
        Gen.Const(Encoding.UTF8.GetBytes($"{{\"productId\":\"1\",\"more\":\"{new string('x', 10_000)}\"}}")));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hundreds_of_them_are_put_aside_and_stop_nothing()
    {
        var marketplace = new TestMarketplace(servers.TakeMarketplace());
        await using var service = await ProductProcess.StartAsync(servers, marketplace);
        await using var asker = await Asker.StartAsync(servers, marketplace.Name);
        var topic = Topics.GetProduct(marketplace.Name);
        var poison = new List<byte[]>();
        NoCommand.Sample(poison.Add, iter: 200, threads: 1);

        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers.Kafka }).Build();
        var replies = new List<Task<Asker.Answer>>();
        foreach (var (index, body) in poison.Index())
        {
            producer.Produce(topic, new Message<Null, byte[]> { Value = body, Headers = Headers(index) });
            replies.Add(asker.AskAsync($"good-{index}", timeoutSeconds: 60));
        }

        producer.Flush(Cancel);

        Assert.All(await Task.WhenAll(replies), reply => Assert.Equal(ReplyStatus.Found, reply.Status));
        var dead = await Task.Run(() => Read(DeadLetterQueue.TopicOf(topic), poison.Count), Cancel);
        Assert.Equal(poison.Select(Convert.ToHexString).Order(), dead.Select(message => Convert.ToHexString(message.Message.Value ?? [])).Order());
        Assert.All(dead, message =>
        {
            Assert.Contains(Text(message, "error-type"), (string[])["invalid-json", "invalid-id", "oversize", "unknown-type", "invalid-envelope"]);
            Assert.NotEmpty(Text(message, "error-message"));
            Assert.StartsWith(topic, Text(message, "error-origin"), StringComparison.Ordinal);
        });
    }

    // Most look like commands from outside; some have the wrong type, and some no envelope at all.
    private static Headers Headers(int index)
    {
        var headers = new Headers();
        if (index % 10 != 0)
        {
            headers.Add("ce_id", Encoding.UTF8.GetBytes($"{index}"));
            headers.Add("ce_type", index % 10 == 1 ? "something.else"u8.ToArray() : "product.get"u8.ToArray());
            headers.Add("ce_source", "/tests"u8.ToArray());
            headers.Add("ce_specversion", index % 10 == 2 ? "0.3"u8.ToArray() : "1.0"u8.ToArray());
        }

        return headers;
    }

    private static string Text(ConsumeResult<Ignore, byte[]> message, string header) => Encoding.UTF8.GetString(message.Message.Headers.GetLastBytes(header));

    private List<ConsumeResult<Ignore, byte[]>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = servers.Kafka,
            GroupId = topic,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        consumer.Subscribe(topic);
        var read = new List<ConsumeResult<Ignore, byte[]>>();
        while (read.Count < count && consumer.Consume(TimeSpan.FromSeconds(30)) is { } message)
        {
            read.Add(message);
        }

        consumer.Close();
        return read;
    }
}
