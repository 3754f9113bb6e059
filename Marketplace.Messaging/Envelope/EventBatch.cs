using System.Text;
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

    /// <summary>
    /// The events of a batch, each a message in structured mode as if it had come alone: its headers are the record's, its id is its
    /// correlation id, and its attributes <c>deadline</c> and <c>partitionkey</c> are its deadline and its key.
    /// </summary>
    /// <exception cref="PoisonMessageException">The value is not an array of 1 to <see cref="MaxEvents"/> objects.</exception>
    public static List<Message<byte[], byte[]>> Split(Message<byte[], byte[]> record)
    {
        var messages = new List<Message<byte[], byte[]>>();
        try
        {
            var value = record.Value.AsSpan();
            var reader = new Utf8JsonReader(value);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw Invalid();
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject && messages.Count < MaxEvents)
            {
                messages.Add(ReadEvent(ref reader, value, record));
            }

            if (reader.TokenType != JsonTokenType.EndArray || messages.Count == 0 || reader.Read())
            {
                throw Invalid();
            }

            return messages;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Invalid(exception);
        }
    }

    private static Message<byte[], byte[]> ReadEvent(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, Message<byte[], byte[]> record)
    {
        byte[]? id = null, deadline = null, key = null;
        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader);
            }
            else if (reader.ValueTextEquals("deadline"u8))
            {
                deadline = Text(ref reader);
            }
            else if (reader.ValueTextEquals("partitionkey"u8))
            {
                key = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        var headers = new Headers { Structured };
        foreach (var header in record.Headers)
        {
            if (header.Key != HeaderNames.ContentType)
            {
                headers.Add((Header)header);
            }
        }

        Add(headers, HeaderNames.CorrelationId, id);
        Add(headers, HeaderNames.Deadline, deadline);
        return new Message<byte[], byte[]>
        {
            Key = key!,
            Value = value[start..(int)reader.BytesConsumed].ToArray(),
            Headers = headers,
            Timestamp = record.Timestamp,
        };
    }

    private static byte[]? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType != JsonTokenType.String ? throw Invalid()
            : reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!)
            : reader.ValueSpan.ToArray();
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
