using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>A message's CloudEvents attributes, our own headers and its body, read once; values stay bytes until they are used.</summary>
internal readonly struct Envelope
{
    /// <summary>The cause of a message with an invalid envelope.</summary>
    public const string Cause = "invalid-envelope";

    /// <summary>The latest time of a <see cref="DateTimeOffset"/>, in Unix ms.</summary>
    public const long MaxTime = 253_402_300_799_999;

    private const int MaxHeaders = 64;
    private const int MaxHeaderBytes = 16 * 1024;

    private readonly byte[]? _id;
    private readonly byte[]? _type;
    private readonly byte[]? _source;
    private readonly byte[]? _time;
    private readonly byte[]? _traceParent;
    private readonly byte[]? _traceState;

    private Envelope(Message<byte[], byte[]> message)
    {
        var headers = message.Headers ?? [];
        if (headers.Count > MaxHeaders)
        {
            throw new PoisonMessageException(Cause, $"There are {headers.Count} headers; {MaxHeaders} are allowed.");
        }

        byte[]? version = null, contentType = null, deadline = null, replyPartition = null;
        var bytes = 0;
        for (var i = 0; i < headers.Count; i++)
        {
            var header = headers[i];
            bytes += header.Key.Length + (header.GetValueBytes()?.Length ?? 0);
            switch (header.Key)
            {
                case HeaderNames.Id: _id = header.GetValueBytes(); break;
                case HeaderNames.Type: _type = header.GetValueBytes(); break;
                case HeaderNames.Source: _source = header.GetValueBytes(); break;
                case HeaderNames.SpecVersion: version = header.GetValueBytes(); break;
                case HeaderNames.Time: _time = header.GetValueBytes(); break;
                case HeaderNames.ContentType: contentType = header.GetValueBytes(); break;
                case HeaderNames.TraceParent: _traceParent = header.GetValueBytes(); break;
                case HeaderNames.TraceState: _traceState = header.GetValueBytes(); break;
                case HeaderNames.CorrelationId: CorrelationId = header.GetValueBytes(); break;
                case HeaderNames.ReplyTopic: ReplyTopic = header.GetValueBytes(); break;
                case HeaderNames.ReplyPartition: replyPartition = header.GetValueBytes(); break;
                case HeaderNames.Deadline: deadline = header.GetValueBytes(); break;
                case HeaderNames.Accept: AcceptsBatches = EventBatch.IsIn(header.GetValueBytes()); break;
            }
        }

        if (bytes > MaxHeaderBytes)
        {
            throw new PoisonMessageException(Cause, $"The headers have {bytes} bytes; {MaxHeaderBytes} are allowed.");
        }

        if (StructuredEvent.IsIn(contentType))
        {
            var structured = StructuredEvent.Read(message.Value);
            (_id, _type, _source, _time) = (structured.Id, structured.Type, structured.Source, structured.Time);
            (_traceParent, _traceState) = (_traceParent ?? structured.TraceParent, _traceState ?? structured.TraceState);
            Body = structured.Data;
        }
        else
        {
            if (version is null || !version.AsSpan().SequenceEqual("1.0"u8))
            {
                throw new PoisonMessageException(Cause, version is null
                    ? $"The header {HeaderNames.SpecVersion} is missing."
                    : $"The header {HeaderNames.SpecVersion} is not 1.0.");
            }

            Require(_id, HeaderNames.Id);
            Require(_type, HeaderNames.Type);
            Require(_source, HeaderNames.Source);
            Body = message.Value;
        }

        Deadline = deadline is null ? null : Number(deadline, HeaderNames.Deadline, MaxTime);
        ReplyPartition = replyPartition is null ? null : (int)Number(replyPartition, HeaderNames.ReplyPartition, int.MaxValue);
        if (ReplyTopic is not null && (CorrelationId is not { Length: > 0 } || replyPartition is null))
        {
            throw Missing(CorrelationId is not { Length: > 0 } ? HeaderNames.CorrelationId : HeaderNames.ReplyPartition);
        }
    }

    public string Id => Text(_id)!;

    public string Type => Text(_type)!;

    public string Source => Text(_source)!;

    public DateTimeOffset? Time =>
        DateTimeOffset.TryParse(Text(_time), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public string? TraceParent => Text(_traceParent);

    public string? TraceState => Text(_traceState);

    /// <summary>Whatever bytes the sender chose to know the reply by.</summary>
    public byte[]? CorrelationId { get; }

    /// <summary>The topic of the reply; with it there are a partition and a correlation id.</summary>
    public byte[]? ReplyTopic { get; }

    public int? ReplyPartition { get; }

    /// <summary>After this time the sender no longer waits (Unix ms).</summary>
    public long? Deadline { get; }

    /// <summary>Whether its sender reads <see cref="EventBatch"/>.</summary>
    public bool AcceptsBatches { get; }

    /// <summary>The event's data: the message's value, or what is in it in structured mode.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Reads a CloudEvent 1.0 in Kafka's binary or structured mode.</summary>
    /// <exception cref="PoisonMessageException">It is none, or one of our own headers is malformed.</exception>
    public static Envelope Read(Message<byte[], byte[]> message) => new(message);

    private static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);

    private static void Require(byte[]? value, string name)
    {
        if (value is not { Length: > 0 })
        {
            throw Missing(name);
        }

        if (!Utf8.IsValid(value))
        {
            throw new PoisonMessageException(Cause, $"The header {name} is not UTF-8.");
        }
    }

    private static PoisonMessageException Missing(string name) => new(Cause, $"The header {name} is missing.");

    private static long Number(byte[] value, string name, long max) =>
        Utf8Parser.TryParse(value, out long number, out var consumed) && consumed == value.Length && number >= 0 && number <= max
            ? number
            : throw new PoisonMessageException(Cause, $"The header {name} is not a whole number from 0 to {max}.");
}
