using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Google.Protobuf;
using Marketplace.Dashboard.Otlp;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Marketplace.Dashboard.Api;

/// <summary>A session's telemetry as a file: OTLP JSON, one message a line, as the OpenTelemetry Collector's file exporter writes and its receiver reads.</summary>
internal static class TelemetryFile
{
    public const string ContentType = "application/x-ndjson";

    public static async Task WriteAsync(Stream to, IEnumerable<IMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            await to.WriteAsync(OtlpJson.Format(message), cancellationToken);
            await to.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    /// <returns>How many lines were taken in.</returns>
    /// <exception cref="InvalidDataException">A line is no OTLP JSON or longer than <paramref name="maxLineBytes"/>; the message has its number. Lines before it are taken in.</exception>
    public static async Task<int> ReadAsync(PipeReader from, OtlpIngest ingest, int maxLineBytes, CancellationToken cancellationToken)
    {
        var number = 0;
        while (true)
        {
            var read = await from.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                Take(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (rest.Length > maxLineBytes)
            {
                throw new InvalidDataException($"Line {number + 1} is longer than {maxLineBytes} bytes.");
            }

            if (read.IsCompleted)
            {
                Take(rest);
                from.AdvanceTo(rest.End);
                return number;
            }

            from.AdvanceTo(rest.Start, rest.End);
        }

        void Take(ReadOnlySequence<byte> line)
        {
            var json = line.ToArray();
            if (json.AsSpan().IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                return;
            }

            number++;
            try
            {
                TakeMessage(ingest, json);
            }
            catch (Exception error) when (error is JsonException or InvalidProtocolBufferException or InvalidOperationException or FormatException or OverflowException)
            {
                throw new InvalidDataException($"Line {number} is not OTLP JSON: {error.Message}", error);
            }
        }
    }

    private static void TakeMessage(OtlpIngest ingest, byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            throw new JsonException("It must be an object with resourceSpans, resourceLogs or resourceMetrics.");
        }

        switch (reader.GetString())
        {
            case "resourceSpans":
                ingest.Take(OtlpJson.Parse<ExportTraceServiceRequest>(json));
                break;
            case "resourceLogs":
                ingest.Take(OtlpJson.Parse<ExportLogsServiceRequest>(json));
                break;
            case "resourceMetrics":
                ingest.Take(OtlpJson.Parse<ExportMetricsServiceRequest>(json));
                break;
            case var other:
                throw new JsonException($"It has {other} where resourceSpans, resourceLogs or resourceMetrics is expected.");
        }
    }
}
