using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Marketplace.Messaging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Tests.Messaging;

public sealed class EnvelopeTests
{
    [Fact]
    public void What_is_written_is_a_CloudEvent_in_Kafkas_binary_mode_and_reads_back()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";

        var headers = new EnvelopeWriter("/gateway", clock).Write("product.get", "42"u8.ToArray(), span: null);

        Assert.Equal("42", Text(headers, "ce_id"));
        Assert.Equal("product.get", Text(headers, "ce_type"));
        Assert.Equal("/gateway", Text(headers, "ce_source"));
        Assert.Equal("1.0", Text(headers, "ce_specversion"));
        Assert.Equal("2026-01-02T03:04:05.678Z", Text(headers, "ce_time"));
        Assert.Equal("application/json", Text(headers, "content-type"));
        Assert.Equal(activity.Id, Text(headers, "traceparent"));
        Assert.Equal("vendor=1", Text(headers, "tracestate"));

        var envelope = Read(headers);
        Assert.Equal(("42", "product.get", "/gateway"), (envelope.Id, envelope.Type, envelope.Source));
        Assert.Equal(clock.GetUtcNow(), envelope.Time);
        Assert.Null(envelope.Deadline);
    }

    [Theory]
    [InlineData("ce_specversion", null, "The header ce_specversion is missing.")]
    [InlineData("ce_specversion", "0.3", "The header ce_specversion is not 1.0.")]
    [InlineData("ce_id", null, "The header ce_id is missing.")]
    [InlineData("ce_id", "", "The header ce_id is missing.")]
    [InlineData("ce_type", null, "The header ce_type is missing.")]
    [InlineData("ce_source", null, "The header ce_source is missing.")]
    [InlineData("deadline", "soon", "The header deadline is not a whole number from 0 to 253402300799999.")]
    [InlineData("deadline", "-1", "The header deadline is not a whole number from 0 to 253402300799999.")]
    [InlineData("reply-partition", "99999999999", "The header reply-partition is not a whole number from 0 to 2147483647.")]
    public void A_header_that_is_missing_or_malformed_is_named(string name, string? value, string message)
    {
        var headers = KafkaBroker.CloudEvent("1", ("deadline", "1"), ("reply-partition", "1"));
        headers.Remove(name);
        if (value is not null)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        var poison = Assert.Throws<PoisonMessageException>(() => Read(headers));

        Assert.Equal("invalid-envelope", poison.Cause);
        Assert.Equal(message, poison.Message);
    }

    [Fact]
    public void Headers_that_are_too_many_too_large_no_UTF8_or_ask_for_an_answer_by_halves_are_refused()
    {
        var tooMany = KafkaBroker.CloudEvent("1", [.. Enumerable.Range(0, 61).Select(i => ($"x{i}", ""))]);
        Assert.Equal("There are 65 headers; 64 are allowed.", Assert.Throws<PoisonMessageException>(() => Read(tooMany)).Message);

        var tooLarge = KafkaBroker.CloudEvent("1", ("x", new string('x', 17_000)));
        Assert.Matches("^The headers have 170[0-9][0-9] bytes; 16384 are allowed.$", Assert.Throws<PoisonMessageException>(() => Read(tooLarge)).Message);

        var noText = KafkaBroker.CloudEvent("1");
        noText.Add("ce_type", [0xC3, 0x28]);
        Assert.Equal("The header ce_type is not UTF-8.", Assert.Throws<PoisonMessageException>(() => Read(noText)).Message);

        var half = KafkaBroker.CloudEvent("1", ("reply-topic", "gateway.replies"), ("correlation-id", "1"));
        Assert.Equal("The header reply-partition is missing.", Assert.Throws<PoisonMessageException>(() => Read(half)).Message);
    }

    // CloudEvents 1.0.2, JSON event format, sections 2.2 and 3.1.
    [Theory]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","data":{"a":[1, 2]}}""", """{"a":[1, 2]}""")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","datacontenttype":"application/vnd.x+json; charset=utf-8","data":"text"}""", "\"text\"")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","datacontenttype":"text/plain","data":"say \"hi\""}""", "say \"hi\"")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","data_base64":"eyJhIjoxfQ=="}""", """{"a":1}""")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","extension":5,"data":null}""", "")]
    public void An_event_in_structured_mode_is_read_from_its_value(string value, string data)
    {
        var envelope = Read(new Headers { { "content-type", "Application/CloudEvents+JSON; charset=utf-8"u8.ToArray() }, { "deadline", "12"u8.ToArray() } }, value);

        Assert.Equal(("1", "t", "/s", 12L), (envelope.Id, envelope.Type, envelope.Source, envelope.Deadline));
        Assert.Equal(data, Encoding.UTF8.GetString(envelope.Body.Span));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s"}{""", "The body is not the JSON of a CloudEvent.")]
    [InlineData("""[{"specversion":"1.0","id":"1","type":"t","source":"/s"}]""", "The body is not the JSON of a CloudEvent.")]
    [InlineData(null, "The body is not the JSON of a CloudEvent.")]
    [InlineData("""{"specversion":"0.3","id":"1","type":"t","source":"/s"}""", "The attribute specversion is not 1.0.")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"/s"}""", "The attribute id is missing.")]
    [InlineData("""{"specversion":"1.0","id":"1","type":7,"source":"/s"}""", "The attribute type is not a string.")]
    [InlineData("""{"specversion":"1.0","id":"\ud800","type":"t","source":"/s"}""", "The body has text that is not Unicode.")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"/s","data_base64":"%"}""", "The attribute data_base64 is not Base64.")]
    public void What_is_wrong_with_an_event_in_structured_mode_is_named(string? value, string message)
    {
        var poison = Assert.Throws<PoisonMessageException>(() => Read(new Headers { { "content-type", "application/cloudevents+json"u8.ToArray() } }, value));

        Assert.Equal(("invalid-envelope", message), (poison.Cause, poison.Message));
    }

    [Fact]
    public void A_message_without_headers_is_no_CloudEvent() =>
        Assert.Throws<PoisonMessageException>(() => Read(null));

    private static Envelope Read(Headers? headers, string? value = null) =>
        Envelope.Read(new Message<byte[], byte[]> { Headers = headers, Value = value is null ? null! : Encoding.UTF8.GetBytes(value) });

    private static string Text(Headers headers, string name) => Encoding.UTF8.GetString(headers.GetLastBytes(name));
}
