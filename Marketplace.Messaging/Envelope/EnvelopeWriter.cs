using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Writes the headers of outgoing messages; those that never change are built once and shared.</summary>
internal sealed class EnvelopeWriter(string source, TimeProvider clock)
{
    private static readonly Header SpecVersion = new(HeaderNames.SpecVersion, "1.0"u8.ToArray());
    private static readonly Header Json = new(HeaderNames.ContentType, "application/json"u8.ToArray());

    private const int BytesOfAttributes = 320;

    private readonly Header _source = new(HeaderNames.Source, Encoding.UTF8.GetBytes(source));
    private readonly ConcurrentDictionary<string, Header> _types = new();

    /// <param name="type">The CloudEvents type.</param>
    /// <param name="id">The CloudEvents id, UTF-8.</param>
    /// <param name="span">The sending span; without one, the current activity's context is passed on.</param>
    public Headers Write(string type, byte[] id, Activity? span)
    {
        span ??= Activity.Current;
        return Write(type, id, span?.IdFormat == ActivityIdFormat.W3C ? span.Id : null, span?.TraceStateString);
    }

    /// <param name="type">The CloudEvents type.</param>
    /// <param name="id">The CloudEvents id, UTF-8.</param>
    /// <param name="traceParent">The W3C trace context passed on.</param>
    /// <param name="traceState">Its vendors' part.</param>
    public Headers Write(string type, byte[] id, string? traceParent, string? traceState)
    {
        var headers = new Headers
        {
            SpecVersion,
            { HeaderNames.Id, id },
            _types.GetOrAdd(type, static type => new Header(HeaderNames.Type, Encoding.UTF8.GetBytes(type))),
            _source,
            Time(),
            Json,
        };

        if (traceParent is not null)
        {
            headers.Add(HeaderNames.TraceParent, Encoding.ASCII.GetBytes(traceParent));
            if (!string.IsNullOrEmpty(traceState))
            {
                headers.Add(HeaderNames.TraceState, Encoding.ASCII.GetBytes(traceState));
            }
        }

        return headers;
    }

    /// <summary>An <see cref="EventBatch"/> of messages; their bodies are JSON, and are not checked.</summary>
    public byte[] WriteBatch(IReadOnlyList<QueuedMessage> messages)
    {
        var buffer = new ArrayBufferWriter<byte>(messages.Sum(static message => message.Body.Length + BytesOfAttributes));
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var time = clock.GetUtcNow().UtcDateTime;
        json.WriteStartArray();
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("specversion"u8, "1.0"u8);
            json.WriteString("id"u8, message.Id);
            json.WriteString("type"u8, message.Type);
            json.WriteString("source"u8, source);
            json.WriteString("time"u8, time);
            if (message.TraceParent is { } traceParent)
            {
                json.WriteString("traceparent"u8, traceParent);
                if (!string.IsNullOrEmpty(message.TraceState))
                {
                    json.WriteString("tracestate"u8, message.TraceState);
                }
            }

            if (message.Deadline is not null)
            {
                json.WriteString("deadline"u8, message.Deadline);
            }

            if (message.Key is not null)
            {
                json.WriteString("partitionkey"u8, message.Key);
            }

            json.WritePropertyName("data"u8);
            json.WriteRawValue(message.Body, skipInputValidation: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        return digits[..length].ToArray();
    }

    private Header Time()
    {
        var time = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new Header(HeaderNames.Time, Encoding.ASCII.GetBytes(time));
    }
}
