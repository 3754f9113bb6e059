using System.Text.Json;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>
/// Several CloudEvents in one record: a JSON array of them (section 4 of the JSON event format). The Kafka binding has no such mode, so only a
/// process is sent one that says it reads them, with the header <c>accept</c>.
/// </summary>
internal static class EventBatch
{
    /// <summary>The most events in a record.</summary>
    public const int MaxEvents = 1_000;

    private const int Usual = 32;

    private static readonly byte[] MediaType = "application/cloudevents-batch+json"u8.ToArray();
    private static readonly Header Structured = new(HeaderNames.ContentType, "application/cloudevents+json"u8.ToArray());

    /// <summary>The header of a record that is a batch.</summary>
    public static Header ContentType { get; } = new(HeaderNames.ContentType, MediaType);

    /// <summary>The header of a message whose sender reads batches.</summary>
    public static Header Accept { get; } = new(HeaderNames.Accept, MediaType);

    /// <summary>Whether a content type, or what a sender accepts, is a batch.</summary>
    public static bool IsIn(byte[]? mediaType) => mediaType is not null && mediaType.AsSpan().SequenceEqual(MediaType);

    /// <inheritdoc cref="IsIn(byte[])"/>
    public static bool IsIn(Headers? headers)
    {
        for (var i = 0; i < headers?.Count; i++)
        {
            if (headers[i].Key == HeaderNames.ContentType && IsIn(headers[i].GetValueBytes()))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where each event of a batch is in the record's value.</summary>
    /// <exception cref="PoisonMessageException">The value is not an array of 1 to <see cref="MaxEvents"/> objects.</exception>
    public static List<Range> Split(ReadOnlySpan<byte> value)
    {
        var events = new List<Range>(Usual);
        try
        {
            var reader = new Utf8JsonReader(value);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw Invalid();
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject && events.Count < MaxEvents)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                events.Add(start..(int)reader.BytesConsumed);
            }

            return reader.TokenType == JsonTokenType.EndArray && events.Count > 0 && !reader.Read() ? events : throw Invalid();
        }
        catch (JsonException exception)
        {
            throw Invalid(exception);
        }
    }

    /// <summary>An event of a batch as a message in structured mode, as if it had come alone; of one that is malformed, what can be read.</summary>
    public static Message<byte[], byte[]> Alone(Message<byte[], byte[]> record, Range part)
    {
        var headers = new Headers { Structured };
        foreach (var header in record.Headers)
        {
            if (header.Key != HeaderNames.ContentType)
            {
                headers.Add((Header)header);
            }
        }

        byte[]? id = null, deadline = null, key = null;
        var value = record.Value[part];
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadText(ref reader, "id"u8, ref id) && !ReadText(ref reader, "deadline"u8, ref deadline) && !ReadText(ref reader, "partitionkey"u8, ref key))
            {
                reader.Skip();
            }
        }

        Add(headers, HeaderNames.CorrelationId, id);
        Add(headers, HeaderNames.Deadline, deadline);
        return new Message<byte[], byte[]> { Key = key!, Value = value, Headers = headers, Timestamp = record.Timestamp };
    }

    private static bool ReadText(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ref byte[]? text)
    {
        if (!reader.ValueTextEquals(name))
        {
            return false;
        }

        reader.Read();
        try
        {
            var bytes = new byte[reader.ValueSpan.Length];
            text = bytes[..reader.CopyString(bytes)];
        }
        catch (InvalidOperationException)
        {
            text = null; // no string, or half of a surrogate pair
            reader.Skip();
        }

        return true;
    }

    private static void Add(Headers headers, string name, byte[]? value)
    {
        if (value is not null)
        {
            headers.Add(name, value);
        }
    }

    private static PoisonMessageException Invalid(Exception? cause = null) =>
        new(Envelope.Cause, $"The body is not a JSON array of 1 to {MaxEvents} CloudEvents.", cause);
}
