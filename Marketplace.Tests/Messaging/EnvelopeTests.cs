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

        var envelope = Envelope.Read(headers);
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

        var poison = Assert.Throws<PoisonMessageException>(() => Envelope.Read(headers));

        Assert.Equal("invalid-envelope", poison.Cause);
        Assert.Equal(message, poison.Message);
    }

    [Fact]
    public void Headers_that_are_too_many_too_large_no_UTF8_or_ask_for_an_answer_by_halves_are_refused()
    {
        var tooMany = KafkaBroker.CloudEvent("1", [.. Enumerable.Range(0, 61).Select(i => ($"x{i}", ""))]);
        Assert.Equal("There are 65 headers; 64 are allowed.", Assert.Throws<PoisonMessageException>(() => Envelope.Read(tooMany)).Message);

        var tooLarge = KafkaBroker.CloudEvent("1", ("x", new string('x', 17_000)));
        Assert.Matches("^The headers have 170[0-9][0-9] bytes; 16384 are allowed.$", Assert.Throws<PoisonMessageException>(() => Envelope.Read(tooLarge)).Message);

        var noText = KafkaBroker.CloudEvent("1");
        noText.Add("ce_type", [0xC3, 0x28]);
        Assert.Equal("The header ce_type is not UTF-8.", Assert.Throws<PoisonMessageException>(() => Envelope.Read(noText)).Message);

        var half = KafkaBroker.CloudEvent("1", ("reply-topic", "gateway.replies"), ("correlation-id", "1"));
        Assert.Equal("The header reply-partition is missing.", Assert.Throws<PoisonMessageException>(() => Envelope.Read(half)).Message);
    }

    [Fact]
    public void A_message_without_headers_is_no_CloudEvent() =>
        Assert.Throws<PoisonMessageException>(() => Envelope.Read(null));

    private static string Text(Headers headers, string name) => Encoding.UTF8.GetString(headers.GetLastBytes(name));
}
