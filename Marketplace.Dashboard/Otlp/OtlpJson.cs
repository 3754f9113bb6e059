using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Marketplace.Dashboard.Otlp;

/// <summary>OTLP's JSON differs from Protobuf's in one point: ids are hexadecimal instead of Base64 (OTLP specification, "JSON Protobuf Encoding").</summary>
internal static class OtlpJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true));

    /// <exception cref="JsonException">Not JSON, or an id is not hexadecimal.</exception>
    /// <exception cref="InvalidProtocolBufferException">JSON of another shape.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> json)
        where T : IMessage<T>, new() => Parser.Parse<T>(Encoding.UTF8.GetString(WithIds(json.Span, FromHex)));

    /// <summary>The message on one line, as UTF-8.</summary>
    public static byte[] Format(IMessage message) =>
        WithIds(Encoding.UTF8.GetBytes(Formatter.Format(message)), id => Convert.ToHexStringLower(Convert.FromBase64String(id)));

    private static byte[] WithIds(ReadOnlySpan<byte> json, Func<string, string> convert)
    {
        using var buffer = new MemoryStream(json.Length);
        var reader = new Utf8JsonReader(json);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        writer.WriteStartObject();
                        break;
                    case JsonTokenType.EndObject:
                        writer.WriteEndObject();
                        break;
                    case JsonTokenType.StartArray:
                        writer.WriteStartArray();
                        break;
                    case JsonTokenType.EndArray:
                        writer.WriteEndArray();
                        break;
                    case JsonTokenType.PropertyName:
                        var isId = IsId(ref reader);
                        writer.WritePropertyName(reader.GetString()!);
                        if (isId && reader.Read())
                        {
                            WriteId(writer, ref reader, convert);
                        }

                        break;
                    case JsonTokenType.String:
                        writer.WriteStringValue(reader.GetString());
                        break;
                    default:
                        writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                        break;
                }
            }
        }

        return buffer.ToArray();
    }

    private static bool IsId(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("traceId"u8) || reader.ValueTextEquals("spanId"u8) || reader.ValueTextEquals("parentSpanId"u8)
        || reader.ValueTextEquals("trace_id"u8) || reader.ValueTextEquals("span_id"u8) || reader.ValueTextEquals("parent_span_id"u8);

    private static void WriteId(Utf8JsonWriter writer, ref Utf8JsonReader reader, Func<string, string> convert)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            writer.WriteNullValue();
            return;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("An id is a string of hexadecimal digits.");
        }

        writer.WriteStringValue(convert(reader.GetString()!));
    }

    private static string FromHex(string id)
    {
        try
        {
            return Convert.ToBase64String(Convert.FromHexString(id));
        }
        catch (FormatException error)
        {
            throw new JsonException("An id is a string of hexadecimal digits.", error);
        }
    }
}
