using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GraphQL;
using GraphQL.Execution;
using GraphQL.SystemTextJson;
using Marketplace.Gateway.Errors;
using Marketplace.Gateway.Schema;
using Microsoft.Extensions.Options;

namespace Marketplace.Gateway.Execution;

/// <summary>Reads and writes GraphQL's JSON with the library's converters.</summary>
internal sealed class ResponseWriter(IErrorInfoProvider errors, IOptions<GatewayOptions> options)
{
    // The content type and nosniff keep browsers from reading a response as HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly JsonSerializerOptions _options = new()
    {
        Encoder = WriterOptions.Encoder,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(new ConvertedTypes(), GraphQLJson.Default),
        Converters =
        {
            new ExecutionResultJsonConverter(),
            new ExecutionErrorsConverter(new ExecutionErrorJsonConverter(errors)),
            new InputsJsonConverter(),
            new RawJsonConverter(),
        },
    };

    private readonly int _mostErrors = options.Value.Limits.Errors;

    /// <summary>Writes a whole response, without errors beyond the limit where nothing was executed: each of an execution explains a null.</summary>
    public void Write(ExecutionResult result, IBufferWriter<byte> output)
    {
        if (!result.Executed && result.Errors is { } all && all.Count > _mostErrors)
        {
            var first = new ExecutionErrors();
            first.AddRange(all.Take(_mostErrors));
            first.Add(new GatewayError(ErrorCodes.ValidationFailed, $"{all.Count - _mostErrors} more errors are left out."));
            result.Errors = first;
        }

        Write<ExecutionResult>(result, output);
    }

    /// <summary>The list of errors in a response that has nothing else.</summary>
    public static ReadOnlyMemory<byte> ErrorsOf(ReadOnlyMemory<byte> response) => response["{\"errors\":"u8.Length..^1];

    /// <summary>Writes the list of a response's errors.</summary>
    public void Write(ExecutionErrors errors, IBufferWriter<byte> output) => Write<ExecutionErrors>(errors, output);

    /// <summary>Reads variables; <c>false</c> when they are not a JSON object that the library can hold.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, out Inputs variables)
    {
        variables = Inputs.Empty;
        if (json.IsEmpty)
        {
            return true;
        }

        try
        {
            variables = JsonSerializer.Deserialize(json, (JsonTypeInfo<Inputs>)_options.GetTypeInfo(typeof(Inputs)))!;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or NotImplementedException)
        {
            // Repeated names, broken UTF-16 escapes, numbers beyond every .NET type: the library throws a different exception for each.
            return false;
        }
    }

    private void Write<T>(T value, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
    }
}
