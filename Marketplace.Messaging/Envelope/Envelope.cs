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

    private readonly ReadOnlyMemory<byte> _id;
    private readonly ReadOnlyMemory<byte> _type;
    private readonly ReadOnlyMemory<byte> _source;
    private readonly ReadOnlyMemory<byte> _time;
    private readonly ReadOnlyMemory<byte> _traceParent;
    private readonly ReadOnlyMemory<byte> _traceState;

    private Envelope(Message<byte[], byte[]> message, Range? part)
    {
        Key = message.Key;
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
            var structured = StructuredEvent.Read(part is { } range ? message.Value.AsMemory(range) : message.Value);
            (_id, _type, _source, _time) = (structured.Id, structured.Type, structured.Source, structured.Time);
            (_traceParent, _traceState) = (_traceParent.IsEmpty ? structured.TraceParent : _traceParent, _traceState.IsEmpty ? structured.TraceState : _traceState);
            Body = structured.Data;
            if (part is not null)
            {
                (CorrelationId, Key) = (structured.Id, structured.PartitionKey);
                Deadline = structured.Deadline.IsEmpty ? null : Number(structured.Deadline.Span, HeaderNames.Deadline, MaxTime);
            }
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

        Deadline ??= deadline is null ? null : Number(deadline, HeaderNames.Deadline, MaxTime);
        ReplyPartition = replyPartition is null ? null : (int)Number(replyPartition, HeaderNames.ReplyPartition, int.MaxValue);
        if (ReplyTopic is not null && (CorrelationId.IsEmpty || replyPartition is null))
        {
            throw Missing(CorrelationId.IsEmpty ? HeaderNames.CorrelationId : HeaderNames.ReplyPartition);
        }
    }

    public string Id => Encoding.UTF8.GetString(_id.Span);

    public string Type => Encoding.UTF8.GetString(_type.Span);

    public string Source => Encoding.UTF8.GetString(_source.Span);

    public DateTimeOffset? Time =>
        DateTimeOffset.TryParse(Text(_time), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public string? TraceParent => Text(_traceParent);

    public string? TraceState => Text(_traceState);

    /// <summary>The message's key; empty without one.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>Whatever bytes the sender chose to know the reply by; empty without any.</summary>
    public ReadOnlyMemory<byte> CorrelationId { get; }

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
    /// <param name="message">The message, or a record of several.</param>
    /// <param name="part">Where the event is in an <see cref="EventBatch"/>: its id is its correlation id, and its attributes <c>deadline</c> and <c>partitionkey</c> are its deadline and its key.</param>
    /// <exception cref="PoisonMessageException">It is none, or one of our own headers is malformed.</exception>
    public static Envelope Read(Message<byte[], byte[]> message, Range? part = null) => new(message, part);

    private static string? Text(ReadOnlyMemory<byte> value) => value.IsEmpty ? null : Encoding.UTF8.GetString(value.Span);

    private static void Require(ReadOnlyMemory<byte> value, string name)
    {
        if (value.IsEmpty)
        {
            throw Missing(name);
        }

        if (!Utf8.IsValid(value.Span))
        {
            throw new PoisonMessageException(Cause, $"The header {name} is not UTF-8.");
        }
    }

    private static PoisonMessageException Missing(string name) => new(Cause, $"The header {name} is missing.");

    private static long Number(ReadOnlySpan<byte> value, string name, long max) =>
        Utf8Parser.TryParse(value, out long number, out var consumed) && consumed == value.Length && number >= 0 && number <= max
            ? number
            : throw new PoisonMessageException(Cause, $"The header {name} is not a whole number from 0 to {max}.");
}
