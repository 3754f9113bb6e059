using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Dashboard.Telemetry;

/// <summary>Attributes in the order sent. A value is a string, long, double, bool, byte array, list (<c>object?[]</c>), nested <see cref="AttributeList"/>, or null.</summary>
[JsonConverter(typeof(AttributeListJsonConverter))]
public readonly struct AttributeList : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[]? _items;

    internal AttributeList(KeyValuePair<string, object?>[] items) => _items = items;

    /// <summary>How many there are.</summary>
    public int Count => _items?.Length ?? 0;

    /// <summary>The attribute at a position.</summary>
    public KeyValuePair<string, object?> this[int index] => (_items ?? [])[index];

    /// <summary>The value of a key; null when it is absent.</summary>
    public object? this[string key]
    {
        get
        {
            foreach (var (name, value) in _items ?? [])
            {
                if (name == key)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>The value of a key as text, the way the page shows it; null when it is absent.</summary>
    public string? Text(string key) => Format(this[key]);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static string? Format(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => ToJson(value),
    };

    private static string ToJson(object value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            AttributeListJsonConverter.WriteValue(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>Writes attributes as a JSON object. Integers a browser cannot hold exactly, and numbers JSON has no form for, become strings.</summary>
internal sealed class AttributeListJsonConverter : JsonConverter<AttributeList>
{
    private const long LargestExact = (1L << 53) - 1;

    public override AttributeList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Attributes are only written.");

    public override void Write(Utf8JsonWriter writer, AttributeList value, JsonSerializerOptions options) => WriteList(writer, value);

    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number when number is > LargestExact or < -LargestExact:
                writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case object?[] items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, item);
                }

                writer.WriteEndArray();
                break;
            case AttributeList list:
                WriteList(writer, list);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, AttributeList list)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in list)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }
}
