using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GraphQL;
using Marketplace.Gateway.Schema;

namespace Marketplace.Gateway.Execution;

/// <summary>Says of the types that have a converter among the options' that it writes them; without reflection the serializer does not look by itself.</summary>
internal sealed class ConvertedTypes : IJsonTypeInfoResolver
{
    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
        type == typeof(ExecutionResult) ? Of<ExecutionResult>(options)
        : type == typeof(ExecutionErrors) ? Of<ExecutionErrors>(options)
        : type == typeof(Inputs) ? Of<Inputs>(options)
        : type == typeof(RawJson) ? Of<RawJson>(options)
        : null;

    private static JsonTypeInfo<T> Of<T>(JsonSerializerOptions options) =>
        JsonMetadataServices.CreateValueInfo<T>(options, options.Converters.First(converter => converter.CanConvert(typeof(T))));
}
