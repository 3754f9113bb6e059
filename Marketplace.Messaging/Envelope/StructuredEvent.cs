using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Messaging;

/// <summary>
/// A CloudEvent 1.0 whose attributes and data are all in the message's value, as JSON (structured content mode: section 3.3 of the Kafka
/// protocol binding, with the JSON event format).
/// </summary>
internal readonly struct StructuredEvent
{
    public ReadOnlyMemory<byte> Id { get; private init; }

    public ReadOnlyMemory<byte> Type { get; private init; }

    public ReadOnlyMemory<byte> Source { get; private init; }

    public ReadOnlyMemory<byte> Time { get; private init; }

    public ReadOnlyMemory<byte> TraceParent { get; private init; }

    public ReadOnlyMemory<byte> TraceState { get; private init; }

    /// <summary>In an <see cref="EventBatch"/> the deadline, which is a header elsewhere.</summary>
    public ReadOnlyMemory<byte> Deadline { get; private init; }

    /// <summary>In an <see cref="EventBatch"/> the key.</summary>
    public ReadOnlyMemory<byte> PartitionKey { get; private init; }

    /// <summary>The event's data; empty without any.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

    /// <summary>Whether a message of a content type has its attributes in its value, which is so for any CloudEvents format.</summary>
    public static bool IsIn(byte[]? contentType) =>
        contentType is { Length: > 0 } && Ascii.EqualsIgnoreCase(contentType.AsSpan(0, Math.Min(contentType.Length, Prefix.Length)), Prefix);

    /// <exception cref="PoisonMessageException">The value is not a CloudEvent 1.0 in JSON.</exception>
    public static StructuredEvent Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            return ReadObject(value);
        }
        catch (JsonException exception)
        {
            throw new PoisonMessageException(Envelope.Cause, "The body is not the JSON of a CloudEvent.", exception);
        }
        catch (InvalidOperationException exception)
        {
            // Half of a surrogate pair.
            throw new PoisonMessageException(Envelope.Cause, "The body has text that is not Unicode.", exception);
        }
    }

    private static ReadOnlySpan<byte> Prefix => "application/cloudevents"u8;

    private static StructuredEvent ReadObject(ReadOnlyMemory<byte> value)
    {
        var reader = new Utf8JsonReader(value.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid("The body is not the JSON of a CloudEvent.");
        }

        ReadOnlyMemory<byte> version = default, id = default, type = default, source = default, time = default, traceParent = default, traceState = default;
        ReadOnlyMemory<byte> deadline = default, partitionKey = default, contentType = default, data = default, base64 = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                data = Raw(ref reader, value);
            }
            else if (reader.ValueTextEquals("data_base64"u8))
            {
                base64 = Raw(ref reader, value);
            }
            else if (!ReadText(ref reader, value, "specversion"u8, ref version) && !ReadText(ref reader, value, "id"u8, ref id) && !ReadText(ref reader, value, "type"u8, ref type)
                && !ReadText(ref reader, value, "source"u8, ref source) && !ReadText(ref reader, value, "time"u8, ref time)
                && !ReadText(ref reader, value, "traceparent"u8, ref traceParent) && !ReadText(ref reader, value, "tracestate"u8, ref traceState)
                && !ReadText(ref reader, value, "deadline"u8, ref deadline) && !ReadText(ref reader, value, "partitionkey"u8, ref partitionKey)
                && !ReadText(ref reader, value, "datacontenttype"u8, ref contentType))
            {
                reader.Skip();
            }
        }

        reader.Read(); // nothing may follow
        if (!version.Span.SequenceEqual("1.0"u8))
        {
            throw Invalid("The attribute specversion is not 1.0.");
        }

        return new StructuredEvent
        {
            Id = Require(id, "id"),
            Type = Require(type, "type"),
            Source = Require(source, "source"),
            Time = time,
            TraceParent = traceParent,
            TraceState = traceState,
            Deadline = deadline,
            PartitionKey = partitionKey,
            Data = base64.IsEmpty ? ReadData(data, contentType) : ReadBase64(base64),
        };
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> value)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return value[start..(int)reader.BytesConsumed];
    }

    // Reads the attribute that the reader is at, if that is the one: the bytes that came, unless some are escaped.
    private static bool ReadText(ref Utf8JsonReader reader, ReadOnlyMemory<byte> value, ReadOnlySpan<byte> name, ref ReadOnlyMemory<byte> text)
    {
        if (!reader.ValueTextEquals(name))
        {
            return false;
        }

        reader.Read();
        text = reader.TokenType == JsonTokenType.Null ? default
            : reader.TokenType != JsonTokenType.String ? throw Invalid($"The attribute {Encoding.UTF8.GetString(name)} is not a string.")
            : reader.ValueIsEscaped || !Utf8.IsValid(reader.ValueSpan) ? Encoding.UTF8.GetBytes(reader.GetString()!)
            : value.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        return true;
    }

    // JSON data stays the bytes that came; of other data the text, or what Base64 stands for (section 3.1 of the JSON event format).
    private static ReadOnlyMemory<byte> ReadData(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> contentType)
    {
        if (data.IsEmpty || data.Span.SequenceEqual("null"u8))
        {
            return default;
        }

        return data.Span[0] == (byte)'"' && !IsJson(contentType) ? Encoding.UTF8.GetBytes(Text(data).GetString()!) : data;
    }

    private static ReadOnlyMemory<byte> ReadBase64(ReadOnlyMemory<byte> base64) =>
        base64.Span[0] == (byte)'"' && Text(base64).TryGetBytesFromBase64(out var bytes) ? bytes : throw Invalid("The attribute data_base64 is not Base64.");

    private static Utf8JsonReader Text(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        return reader;
    }

    private static bool IsJson(ReadOnlyMemory<byte> contentType)
    {
        if (contentType.IsEmpty)
        {
            return true;
        }

        var mediaType = Encoding.UTF8.GetString(contentType.Span).Split(';')[0].Trim();
        return mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlyMemory<byte> Require(ReadOnlyMemory<byte> text, string name) => text.IsEmpty ? throw Invalid($"The attribute {name} is missing.") : text;

    private static PoisonMessageException Invalid(string message) => new(Envelope.Cause, message);
}
