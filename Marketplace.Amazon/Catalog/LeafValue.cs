using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Products;

namespace Marketplace.Amazon.Catalog;

/// <summary>A value of an attribute as text, whether Amazon sends a string, a number or a boolean; empty for anything else.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct LeafValue(string? Text)
{
    public override string ToString() => Text ?? "";

    internal sealed class Converter : JsonConverter<LeafValue>
    {
        private static readonly RepairingStringConverter Strings = new();

        public override LeafValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new(Strings.Read(ref reader, typeof(string), options));
            }

            using var value = JsonDocument.ParseValue(ref reader);
            return value.RootElement.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? new(value.RootElement.ToString()) : default;
        }

        public override void Write(Utf8JsonWriter writer, LeafValue value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
