using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Confluent.Kafka;

namespace Marketplace.Messaging;

/// <summary>Spans and metrics of messages, named by OpenTelemetry's semantic conventions for messaging where those define one.</summary>
internal static class MessagingTelemetry
{
    private const string Name = "Marketplace.Messaging";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    // The buckets that the conventions recommend for durations, and two smaller ones: a reply takes milliseconds.
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private static readonly Counter<long> SentMessages =
        Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Messages handed to Kafka");

    private static readonly Counter<long> ConsumedMessages =
        Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Messages handed to a handler");

    private static readonly Counter<long> ExpiredMessages =
        Meter.CreateCounter<long>("marketplace.messaging.expired", "{message}", "Messages dropped because their deadline had passed");

    private static readonly Counter<long> DeadLetterMessages =
        Meter.CreateCounter<long>("marketplace.messaging.dead_letters", "{message}", "Messages moved to a dead-letter topic, by cause");

    private static readonly Histogram<double> RequestDuration =
        Meter.CreateHistogram("marketplace.messaging.request.duration", "s", "From a command to its reply", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    // Names of spans by topic.
    private static readonly ConcurrentDictionary<string, string> SendNames = new();
    private static readonly ConcurrentDictionary<string, string> ProcessNames = new();

    // The instruments are shared by all consumers of the process.
    private static readonly ConcurrentDictionary<ConsumerLoop, bool> Consumers = new();

    static MessagingTelemetry()
    {
        Meter.CreateObservableGauge("marketplace.messaging.consumer.lag", () => Consumers.Keys.SelectMany(consumer => consumer.Lag()), "{message}", "Messages not yet finished, by partition");
        Meter.CreateObservableUpDownCounter("marketplace.messaging.in_flight", () => Consumers.Keys.Select(consumer => consumer.InFlight()), "{message}", "Consumed messages that are not finished");
    }

    public static void Add(ConsumerLoop consumer) => Consumers[consumer] = true;

    public static void Remove(ConsumerLoop consumer) => Consumers.TryRemove(consumer, out _);

    public static void Sent(string topic, int count) =>
        SentMessages.Add(count, System, Destination(topic), Operation("send"));

    public static void Consumed(string topic, string? group, int count) =>
        ConsumedMessages.Add(count, Consumer(topic, group, System, Operation("process")));

    public static void Expired(string topic) =>
        ExpiredMessages.Add(1, Destination(topic));

    public static void DeadLettered(string topic, string cause) =>
        DeadLetterMessages.Add(1, Destination(topic), new("error.type", cause));

    public static void RequestEnded(string topic, TimeSpan duration, string? error) =>
        RequestDuration.Record(duration.TotalSeconds, error is null ? new TagList { Destination(topic) } : new TagList { Destination(topic), { "error.type", error } });

    /// <summary>A span <c>send {topic}</c>, not current on return; <c>null</c> when nothing listens.</summary>
    /// <param name="topic">The topic of the message.</param>
    /// <param name="parent">The parent; the current activity by default.</param>
    public static Activity? StartSend(string topic, ActivityContext parent = default) =>
        Source.HasListeners() ? Start("send", SendNames, topic, ActivityKind.Producer, parent) : null;

    /// <summary>Ends a span that <see cref="StartSend"/> began, on the thread of the delivery.</summary>
    public static void StopSend(Activity? span, Error error)
    {
        if (span is null)
        {
            return;
        }

        if (error.IsError)
        {
            span.SetTag("error.type", error.Code.ToString());
            span.SetStatus(ActivityStatusCode.Error);
        }

        Stop(span);
    }

    /// <summary>A span <c>process {topic}</c> under the sender's; not current on return.</summary>
    public static Activity? StartProcess(ConsumeResult<byte[], byte[]> result, in Envelope envelope, string? group)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(envelope.TraceParent, envelope.TraceState, isRemote: true, out var parent);
        var span = Start("process", ProcessNames, result.Topic, ActivityKind.Consumer, parent);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("messaging.destination.partition.id", Number(result.Partition.Value));
            span.SetTag("messaging.kafka.offset", result.Offset.Value);
            span.SetTag("messaging.consumer.group.name", group);
        }

        return span;
    }

    /// <summary>Ends a span without leaving its parent as this thread's current activity.</summary>
    public static void Stop(Activity span)
    {
        var previous = Activity.Current;
        span.Stop();
        Activity.Current = previous == span ? null : previous;
    }

    public static KeyValuePair<string, object?> Destination(string topic) => new("messaging.destination.name", topic);

    /// <summary>The topic and group of a consumer, and more; a broadcast has no group.</summary>
    public static TagList Consumer(string topic, string? group, params ReadOnlySpan<KeyValuePair<string, object?>> more)
    {
        var tags = new TagList(more) { Destination(topic) };
        if (group is not null)
        {
            tags.Add("messaging.consumer.group.name", group);
        }

        return tags;
    }

    public static KeyValuePair<string, object?> PartitionId(int partition) => new("messaging.destination.partition.id", Number(partition));

    // A string by the conventions; those of small numbers are not allocated.
    private static string Number(int partition) => partition.ToString(CultureInfo.InvariantCulture);

    private static KeyValuePair<string, object?> Operation(string name) => new("messaging.operation.name", name);

    private static KeyValuePair<string, object?> System => new("messaging.system", "kafka");

    private static Activity? Start(string operation, ConcurrentDictionary<string, string> names, string topic, ActivityKind kind, ActivityContext parent)
    {
        var previous = Activity.Current;
        var span = Source.StartActivity(names.GetOrAdd(topic, static (topic, operation) => $"{operation} {topic}", operation), kind, parent);
        if (span is null)
        {
            return null;
        }

        Activity.Current = previous;
        if (span.IsAllDataRequested)
        {
            span.SetTag("messaging.system", "kafka");
            span.SetTag("messaging.operation.name", operation);
            span.SetTag("messaging.operation.type", operation);
            span.SetTag("messaging.destination.name", topic);
        }

        return span;
    }
}
