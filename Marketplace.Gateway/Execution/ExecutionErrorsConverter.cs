using System.Text.Json;
using System.Text.Json.Serialization;
using GraphQL;

namespace Marketplace.Gateway.Execution;

/// <summary>Writes each error with the converter of one.</summary>
internal sealed class ExecutionErrorsConverter(JsonConverter<ExecutionError> error) : JsonConverter<ExecutionErrors>
{
    public override ExecutionErrors Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ExecutionErrors value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var each in value)
        {
            error.Write(writer, each, options);
        }

        writer.WriteEndArray();
    }
}
