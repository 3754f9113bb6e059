using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class EventBatchTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{}, 1]")]
    [InlineData("[{}] []")]
    [InlineData("""[{"id":1}]""")]
    [InlineData("""[{"deadline":1000}]""")]
    [InlineData("""[{"id":"a"}""")]
    [InlineData("""[{"id":"\ud800"}]""")]
    public void What_is_no_array_of_events_is_poison(string value) =>
        Assert.Throws<PoisonMessageException>(() => EventBatch.Split(Record(value)));

    [Fact]
    public void More_events_than_a_record_may_have_are_poison()
    {
        Assert.Equal(EventBatch.MaxEvents, EventBatch.Split(Record(Array(EventBatch.MaxEvents))).Count);
        Assert.Throws<PoisonMessageException>(() => EventBatch.Split(Record(Array(EventBatch.MaxEvents + 1))));

        static string Array(int events) => $"[{string.Join(',', Enumerable.Repeat("{}", events))}]";
    }

    [Fact]
    public void Each_event_keeps_its_bytes_and_gets_the_headers_of_its_record()
    {
        const string First = """{ "data": {"id": "x", "deadline": "y"}, "id": "a", "partitionkey": "k\u0065y", "deadline": "12" }""";
        var messages = EventBatch.Split(Record($"[{First} , {{}}]"));

        Assert.Equal([First, "{}"], messages.Select(message => Encoding.UTF8.GetString(message.Value)));
        Assert.Equal("key", Encoding.UTF8.GetString(messages[0].Key));
        Assert.Null(messages[1].Key);
        Assert.Equal(["content-type=application/cloudevents+json", "reply-topic=replies", "correlation-id=a", "deadline=12"], Headers(messages[0]));
        Assert.Equal(["content-type=application/cloudevents+json", "reply-topic=replies"], Headers(messages[1]));

        static IEnumerable<string> Headers(Message<byte[], byte[]> message) =>
            message.Headers.Select(header => $"{header.Key}={Encoding.UTF8.GetString(header.GetValueBytes())}");
    }

    private static Message<byte[], byte[]> Record(string value) => new()
    {
        Value = Encoding.UTF8.GetBytes(value),
        Headers = new() { EventBatch.ContentType, { "reply-topic", "replies"u8.ToArray() } },
    };
}
