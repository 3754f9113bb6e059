using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Products;

/// <summary>
/// Reads texts in which a character was cut in two, as titles are that were cut at a length: a marketplace sends half of a surrogate pair as
/// <c>\ud83d</c> (RFC 8259, 8.2). U+FFFD, the replacement character, takes the place of such a half (Unicode 3.9, D93b), as of bytes that are not UTF-8.
/// A number or a boolean in a text's place is read as it is written, anything else as <c>null</c>.
/// </summary>
public sealed class RepairingStringConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            var text = reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False ? Encoding.UTF8.GetString(Json(reader)) : null;
            reader.Skip();
            return text;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return Repair(Json(reader));
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static ReadOnlySpan<byte> Json(in Utf8JsonReader reader) => reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;

    private static string Repair(ReadOnlySpan<byte> json)
    {
        var text = new StringBuilder(json.Length);
        while (json.IndexOf((byte)'\\') is >= 0 and var escape)
        {
            text.Append(Encoding.UTF8.GetString(json[..escape]));
            json = json[(escape + 1)..];
            var length = 1;
            if (json[0] == (byte)'u')
            {
                text.Append((char)ushort.Parse(json.Slice(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                length = 5;
            }
            else
            {
                text.Append((char)json[0] switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    var itself => itself,
                });
            }

            json = json[length..];
        }

        text.Append(Encoding.UTF8.GetString(json));
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString())); // halves do not survive this
    }
}
