using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Marketplace.Messaging;

/// <summary>
/// A CloudEvent 1.0 whose attributes and data are all in the message's value, as JSON (structured content mode: section 3.3 of the Kafka
/// protocol binding, with the JSON event format).
/// </summary>
internal readonly struct StructuredEvent
{
    private const int MaxDepth = 64;

    public byte[]? Id { get; private init; }

    public byte[]? Type { get; private init; }

    public byte[]? Source { get; private init; }

    public byte[]? Time { get; private init; }

    public byte[]? TraceParent { get; private init; }

    public byte[]? TraceState { get; private init; }

    /// <summary>The event's data; empty without any.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

    /// <summary>Whether a message of a content type has its attributes in its value, which is so for any CloudEvents format.</summary>
    public static bool IsIn(byte[]? contentType) =>
        contentType is { Length: > 0 } && Ascii.EqualsIgnoreCase(contentType.AsSpan(0, Math.Min(contentType.Length, Prefix.Length)), Prefix);

    /// <exception cref="PoisonMessageException">The value is not a CloudEvent 1.0 in JSON.</exception>
    public static StructuredEvent Read(byte[]? value)
    {
        try
        {
            using var document = JsonDocument.Parse((ReadOnlyMemory<byte>)value, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Invalid("The body is not the JSON of a CloudEvent.");
            }

            if (Text(root, "specversion") is not { } version || !version.AsSpan().SequenceEqual("1.0"u8))
            {
                throw Invalid("The attribute specversion is not 1.0.");
            }

            return new StructuredEvent
            {
                Id = Require(root, "id"),
                Type = Require(root, "type"),
                Source = Require(root, "source"),
                Time = Text(root, "time"),
                TraceParent = Text(root, HeaderNames.TraceParent),
                TraceState = Text(root, HeaderNames.TraceState),
                Data = ReadData(root),
            };
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

    // JSON data stays the bytes that came; of other data the text, or what Base64 stands for (section 3.1 of the JSON event format).
    private static ReadOnlyMemory<byte> ReadData(JsonElement root)
    {
        if (root.TryGetProperty("data_base64", out var base64))
        {
            return base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw Invalid("The attribute data_base64 is not Base64.");
        }

        if (!root.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        return data.ValueKind == JsonValueKind.String && !IsJson(root) ? Encoding.UTF8.GetBytes(data.GetString()!) : JsonMarshal.GetRawUtf8Value(data).ToArray();
    }

    private static bool IsJson(JsonElement root)
    {
        if (Text(root, "datacontenttype") is not { } type)
        {
            return true;
        }

        var mediaType = Encoding.UTF8.GetString(type).Split(';')[0].Trim();
        return mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Require(JsonElement root, string name) =>
        Text(root, name) is { Length: > 0 } text ? text : throw Invalid($"The attribute {name} is missing.");

    private static byte[]? Text(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(value.GetString()!)
        : throw Invalid($"The attribute {name} is not a string.");

    private static PoisonMessageException Invalid(string message) => new(Envelope.Cause, message);
}
