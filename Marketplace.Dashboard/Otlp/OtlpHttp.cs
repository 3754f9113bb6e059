using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>OTLP over HTTP: <c>POST /v1/traces</c>, <c>/v1/logs</c>, <c>/v1/metrics</c> as protobuf or JSON, answered in the same form (OTLP specification, "OTLP/HTTP").</summary>
internal static class OtlpHttp
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    // gRPC's numbers, which the error body carries.
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;

    public static void MapOtlpHttp(this IEndpointRouteBuilder endpoints, OtlpIngest ingest, int maxBytes)
    {
        endpoints.MapPost("/v1/traces", context => HandleAsync(context, ExportTraceServiceRequest.Parser, ingest.Take, maxBytes));
        endpoints.MapPost("/v1/logs", context => HandleAsync(context, ExportLogsServiceRequest.Parser, ingest.Take, maxBytes));
        endpoints.MapPost("/v1/metrics", context => HandleAsync(context, ExportMetricsServiceRequest.Parser, ingest.Take, maxBytes));
    }

    private static async Task HandleAsync<TRequest, TResponse>(HttpContext context, MessageParser<TRequest> parser, Func<TRequest, TResponse> take, int maxBytes)
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>
    {
        var isJson = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase);
        if (!isJson && type?.MediaType.Equals(Protobuf, StringComparison.OrdinalIgnoreCase) != true)
        {
            await FailAsync(context, isJson: false, StatusCodes.Status415UnsupportedMediaType, Unimplemented, $"Content-Type must be {Protobuf} or {Json}.");
            return;
        }

        TRequest request;
        try
        {
            var body = await ReadBodyAsync(context.Request, maxBytes, context.RequestAborted);
            request = isJson ? OtlpJson.Parse<TRequest>(body) : parser.ParseFrom(body.Span);
        }
        catch (UnsupportedEncodingException error)
        {
            await FailAsync(context, isJson, StatusCodes.Status415UnsupportedMediaType, Unimplemented, error.Message);
            return;
        }
        catch (Exception error) when (error is RequestTooLargeException || error is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            await FailAsync(context, isJson, StatusCodes.Status413PayloadTooLarge, ResourceExhausted, $"The request is larger than {maxBytes} bytes.");
            return;
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or JsonException or InvalidDataException or InvalidOperationException or FormatException or OverflowException)
        {
            await FailAsync(context, isJson, StatusCodes.Status400BadRequest, InvalidArgument, "The request is not valid OTLP: " + error.Message);
            return;
        }

        await WriteAsync(context, isJson, StatusCodes.Status200OK, take(request));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        Stream body = request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => request.Body,
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            var other => throw new UnsupportedEncodingException($"Content-Encoding {other} is not supported; gzip and deflate are."),
        };
        await using var limited = new LimitedStream(body, maxBytes, () => new RequestTooLargeException());
        var buffer = new MemoryStream();
        await limited.CopyToAsync(buffer, cancellationToken);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Task WriteAsync(HttpContext context, bool isJson, int status, IMessage message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = isJson ? Json : Protobuf;
        return isJson
            ? context.Response.WriteAsync(JsonFormatter.Default.Format(message), context.RequestAborted)
            : context.Response.Body.WriteAsync(message.ToByteArray(), context.RequestAborted).AsTask();
    }

    // The body of an error is a google.rpc.Status: field 1 the code, field 2 the message.
    private static Task FailAsync(HttpContext context, bool isJson, int httpStatus, int code, string message)
    {
        context.Response.StatusCode = httpStatus;
        context.Response.ContentType = isJson ? Json : Protobuf;
        using var buffer = new MemoryStream();
        if (isJson)
        {
            using var writer = new Utf8JsonWriter(buffer);
            writer.WriteStartObject();
            writer.WriteNumber("code", code);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }
        else
        {
            using var output = new CodedOutputStream(buffer, leaveOpen: true);
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32(code);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(message);
        }

        return context.Response.Body.WriteAsync(buffer.ToArray(), context.RequestAborted).AsTask();
    }

    private sealed class RequestTooLargeException : Exception;

    private sealed class UnsupportedEncodingException(string message) : Exception(message);
}
