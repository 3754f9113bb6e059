using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Writes the headers of outgoing messages; those that never change are built once and shared.</summary>
internal sealed class EnvelopeWriter(string source, TimeProvider clock)
{
    private static readonly Header SpecVersion = new(HeaderNames.SpecVersion, "1.0"u8.ToArray());
    private static readonly Header Json = new(HeaderNames.ContentType, "application/json"u8.ToArray());

    private readonly Header _source = new(HeaderNames.Source, Encoding.UTF8.GetBytes(source));
    private readonly ConcurrentDictionary<string, Header> _types = new();

    /// <param name="type">The CloudEvents type.</param>
    /// <param name="id">The CloudEvents id, UTF-8.</param>
    /// <param name="span">The sending span; without one, the current activity's context is passed on.</param>
    public Headers Write(string type, byte[] id, Activity? span)
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

        span ??= Activity.Current;
        if (span is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent })
        {
            headers.Add(HeaderNames.TraceParent, Encoding.ASCII.GetBytes(traceParent));
            if (!string.IsNullOrEmpty(span.TraceStateString))
            {
                headers.Add(HeaderNames.TraceState, Encoding.ASCII.GetBytes(span.TraceStateString));
            }
        }

        return headers;
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
