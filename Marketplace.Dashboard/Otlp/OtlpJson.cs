using System.Text.Json;
using Google.Protobuf;

namespace Marketplace.Dashboard.Otlp;

/// <summary>OTLP's JSON differs from Protobuf's in one point: ids are hexadecimal instead of Base64 (OTLP specification, "JSON Protobuf Encoding").</summary>
internal static class OtlpJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <exception cref="JsonException">Not JSON, or an id is not hexadecimal.</exception>
    /// <exception cref="InvalidProtocolBufferException">JSON of another shape.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> json)
        where T : IMessage<T>, new() => Parser.Parse<T>(WithBase64Ids(json.Span));

    private static string WithBase64Ids(ReadOnlySpan<byte> json)
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
                            WriteId(writer, ref reader);
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

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static bool IsId(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("traceId"u8) || reader.ValueTextEquals("spanId"u8) || reader.ValueTextEquals("parentSpanId"u8)
        || reader.ValueTextEquals("trace_id"u8) || reader.ValueTextEquals("span_id"u8) || reader.ValueTextEquals("parent_span_id"u8);

    private static void WriteId(Utf8JsonWriter writer, ref Utf8JsonReader reader)
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

        try
        {
            writer.WriteBase64StringValue(Convert.FromHexString(reader.GetString()!));
        }
        catch (FormatException error)
        {
            throw new JsonException("An id is a string of hexadecimal digits.", error);
        }
    }
}
