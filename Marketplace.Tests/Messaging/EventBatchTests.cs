using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class EventBatchTests
{
    private const string First = """{ "data": {"id": "x", "deadline": "y"}, "id": "a", "partitionkey": "k\u0065y", "deadline": "12", "specversion": "1.0", "type": "t", "source": "/s" }""";

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{}, 1]")]
    [InlineData("[{}] []")]
    [InlineData("""[{"id":"a"}""")]
    public void What_is_no_array_of_events_is_poison(string value) =>
        Assert.Throws<PoisonMessageException>(() => EventBatch.Split(Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void More_events_than_a_record_may_have_are_poison()
    {
        Assert.Equal(EventBatch.MaxEvents, EventBatch.Split(Array(EventBatch.MaxEvents)).Count);
        Assert.Throws<PoisonMessageException>(() => EventBatch.Split(Array(EventBatch.MaxEvents + 1)));

        static byte[] Array(int events) => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", events))}]");
    }

    [Fact]
    public void Each_event_is_read_with_the_headers_of_its_record()
    {
        var record = Record($"[{First} , {First}]");
        var envelope = Envelope.Read(record, EventBatch.Split(record.Value)[1]);

        Assert.Equal(("a", "a", "key", 12, "replies", 3), (envelope.Id, Text(envelope.CorrelationId.Span), Text(envelope.Key.Span), envelope.Deadline, Text(envelope.ReplyTopic), envelope.ReplyPartition));
        Assert.Equal("""{"id": "x", "deadline": "y"}""", Text(envelope.Body.Span));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"specversion":"1.0","id":1,"type":"t","source":"/s"}""")]
    [InlineData("""{"specversion":"1.0","id":{"deadline":"1"},"type":"t","source":"/s"}""")]
    [InlineData("""{"specversion":"1.0","id":"\ud800","type":"t","source":"/s"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","deadline":1000}""")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","deadline":"soon"}""")]
    public void An_event_that_cannot_be_read_is_poison_without_the_others(string poison)
    {
        var record = Record($"[{poison}, {First}]");
        var parts = EventBatch.Split(record.Value);

        Assert.Throws<PoisonMessageException>(() => Envelope.Read(record, parts[0]));
        Assert.Equal("a", Envelope.Read(record, parts[1]).Id);
        Assert.Equal(poison, Text(EventBatch.Alone(record, parts[0]).Value));
    }

    [Fact]
    public void An_event_alone_keeps_its_bytes_and_gets_the_headers_of_its_record()
    {
        var record = Record($"[{First} , {{}}]");
        var messages = EventBatch.Split(record.Value).ConvertAll(part => EventBatch.Alone(record, part));

        Assert.Equal([First, "{}"], messages.Select(message => Text(message.Value)));
        Assert.Equal("key", Text(messages[0].Key));
        Assert.Null(messages[1].Key);
        Assert.Equal(["content-type=application/cloudevents+json", "reply-topic=replies", "reply-partition=3", "correlation-id=a", "deadline=12"], Headers(messages[0]));
        Assert.Equal(["content-type=application/cloudevents+json", "reply-topic=replies", "reply-partition=3"], Headers(messages[1]));

        static IEnumerable<string> Headers(Message<byte[], byte[]> message) =>
            message.Headers.Select(header => $"{header.Key}={Text(header.GetValueBytes())}");
    }

    private static Message<byte[], byte[]> Record(string value) => new()
    {
        Value = Encoding.UTF8.GetBytes(value),
        Headers = new() { EventBatch.ContentType, { "reply-topic", "replies"u8.ToArray() }, { "reply-partition", "3"u8.ToArray() } },
    };

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value);
}
