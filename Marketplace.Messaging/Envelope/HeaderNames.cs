using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Names of the headers: CloudEvents 1.0 in Kafka's binary mode, W3C trace context, and this system's own.</summary>
internal static class HeaderNames
{
    public const string Id = "ce_id";
    public const string Type = "ce_type";
    public const string Source = "ce_source";
    public const string SpecVersion = "ce_specversion";
    public const string Time = "ce_time";
    public const string ContentType = "content-type";

    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    public const string CorrelationId = "correlation-id";
    public const string ReplyTopic = "reply-topic";
    public const string ReplyPartition = "reply-partition";
    public const string Deadline = "deadline";
    public const string Accept = "accept";

    public const string ErrorType = "error-type";
    public const string ErrorMessage = "error-message";
    public const string ErrorAttempts = "error-attempts";
    public const string ErrorOrigin = "error-origin";
    public const string ErrorReplayed = "error-replayed";

    /// <summary>A copy of a message's headers without those that say why it is a dead letter.</summary>
    public static Headers WithoutErrors(Headers? headers)
    {
        var own = new Headers();
        foreach (var header in headers ?? [])
        {
            if (header.Key is not (ErrorType or ErrorMessage or ErrorAttempts or ErrorOrigin or ErrorReplayed))
            {
                own.Add(header.Key, header.GetValueBytes());
            }
        }

        return own;
    }
}
