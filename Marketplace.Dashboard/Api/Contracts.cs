using System.Text.Json.Serialization;
using Marketplace.Dashboard.Kafka;
using Marketplace.Dashboard.Telemetry;

namespace Marketplace.Dashboard.Api;

/// <summary>What went wrong with a request, by the name of the parameter where it was one.</summary>
internal sealed record ApiError(string Message, IReadOnlyDictionary<string, string>? Fields = null);

internal sealed record ResourceView(
    string Name,
    string DisplayName,
    string Type,
    string? State,
    DashboardHealth? Health,
    IReadOnlyList<HealthReport> HealthReports,
    string? Reason,
    DateTimeOffset? StartedAt,
    DateTimeOffset? StoppedAt,
    int? ExitCode,
    int? ProcessId,
    int Restarts,
    string? Source,
    string? Implementation,
    string? Parent,
    string? ReplicaOf,
    IReadOnlyList<ResourceUrl> Urls,
    IReadOnlyList<EnvironmentView> Environment,
    IReadOnlyList<ResourceRelation> Relations,
    IReadOnlyList<ResourceCommand> Commands)
{
    /// <summary>Of several states of a resource only the last is news.</summary>
    public static IReadOnlyList<ResourceView> Latest(IEnumerable<DashboardResource> changes) => [.. changes.GroupBy(resource => resource.Name).Select(states => From(states.Last()))];

    public static ResourceView From(DashboardResource resource) => new(
        resource.Name,
        resource.DisplayName ?? resource.Name,
        resource.Type,
        resource.State,
        resource.Health,
        resource.HealthReports,
        resource.Reason,
        resource.StartedAt,
        resource.StoppedAt,
        resource.ExitCode,
        resource.ProcessId,
        resource.Restarts,
        resource.Source,
        resource.Implementation,
        resource.Parent,
        resource.ReplicaOf,
        resource.Urls,
        [.. resource.Environment.Select(variable => new EnvironmentView(variable.Name, variable.IsSecret ? null : variable.Value, variable.IsSecret))],
        resource.Relations,
        resource.Commands);
}

/// <summary>An environment variable; a secret's value is null.</summary>
internal sealed record EnvironmentView(string Name, string? Value, bool IsSecret);

internal sealed record RevealedValue(string Value);

internal sealed record CommandOutcome(bool Success, string? Message);

/// <summary>A console line with the resource that wrote it.</summary>
internal sealed record MergedLine(string Resource, long Number, DateTimeOffset Time, bool IsError, string Text);

internal sealed record ImportOutcome(int Lines);

internal sealed record TraceSummary(
    string Id,
    string Name,
    string Service,
    DateTimeOffset Start,
    double DurationMs,
    int SpanCount,
    int ErrorCount,
    IReadOnlyList<TraceService> Services)
{
    public static TraceSummary From(TelemetryTrace trace) => new(
        trace.Id.ToString(),
        trace.Root.Name,
        trace.Root.Source.Name,
        UnixNanos.ToDateTimeOffset(trace.StartNanos),
        UnixNanos.ToMilliseconds(trace.DurationNanos),
        trace.Spans.Count,
        trace.Spans.Count(span => span.Status == SpanStatus.Error),
        [.. trace.Spans.GroupBy(span => span.Source.Name).Select(spans => new TraceService(spans.Key, spans.Count(), spans.Any(span => span.Status == SpanStatus.Error)))]);
}

internal sealed record TraceService(string Name, int SpanCount, bool HasError);

internal sealed record TraceView(string Id, DateTimeOffset Start, double DurationMs, string RootSpanId, IReadOnlyList<SourceView> Sources, IReadOnlyList<SpanView> Spans)
{
    public static TraceView From(TelemetryTrace trace)
    {
        var sources = trace.Spans.Select(span => span.Source).Distinct().ToList();
        return new(
            trace.Id.ToString(),
            UnixNanos.ToDateTimeOffset(trace.StartNanos),
            UnixNanos.ToMilliseconds(trace.DurationNanos),
            trace.Root.SpanId.ToString(),
            [.. sources.Select(source => new SourceView(source.Name, source.InstanceId, source.Attributes))],
            [.. trace.Spans.Select(span => SpanView.From(span, trace.StartNanos, sources.IndexOf(span.Source)))]);
    }
}

internal sealed record SourceView(string Name, string? InstanceId, AttributeList Attributes);

/// <summary>A span; times are in milliseconds, starts relative to the trace's.</summary>
internal sealed record SpanView(
    string SpanId,
    string? ParentSpanId,
    string Name,
    SpanKind Kind,
    string Service,
    int Source,
    string Scope,
    double StartMs,
    double DurationMs,
    SpanStatus Status,
    string? StatusMessage,
    AttributeList Attributes,
    IReadOnlyList<SpanEventView> Events,
    IReadOnlyList<SpanLinkView> Links)
{
    public static SpanView From(TelemetrySpan span, long traceStart, int source) => new(
        span.SpanId.ToString(),
        span.ParentSpanId.IsValid ? span.ParentSpanId.ToString() : null,
        span.Name,
        span.Kind,
        span.Source.Name,
        source,
        span.Scope.Name,
        UnixNanos.ToMilliseconds(span.StartNanos - traceStart),
        UnixNanos.ToMilliseconds(span.DurationNanos),
        span.Status,
        span.StatusMessage,
        span.Attributes,
        [.. span.Events.Select(e => new SpanEventView(UnixNanos.ToMilliseconds(e.TimeNanos - traceStart), e.Name, e.Attributes))],
        [.. span.Links.Select(link => new SpanLinkView(link.TraceId.ToString(), link.SpanId.ToString(), link.Attributes))]);
}

internal sealed record SpanEventView(double TimeMs, string Name, AttributeList Attributes);

internal sealed record SpanLinkView(string TraceId, string SpanId, AttributeList Attributes);

internal sealed record LogView(
    long Number,
    DateTimeOffset Time,
    LogSeverity Level,
    string Body,
    string Service,
    string? InstanceId,
    string Category,
    string? EventName,
    string? TraceId,
    string? SpanId,
    AttributeList Attributes)
{
    public static LogView From(TelemetryLog log) => new(
        log.Number,
        UnixNanos.ToDateTimeOffset(log.TimeNanos),
        log.Level,
        log.Body,
        log.Source.Name,
        log.Source.InstanceId,
        log.Scope.Name,
        log.EventName,
        log.TraceId.IsValid ? log.TraceId.ToString() : null,
        log.SpanId.IsValid ? log.SpanId.ToString() : null,
        log.Attributes);
}

internal sealed record InstrumentView(
    string Service,
    string Meter,
    string Name,
    string? Unit,
    string? Description,
    MetricKind Kind,
    IReadOnlyDictionary<string, SortedSet<string>> Dimensions);

internal sealed record ChartView(string? Unit, MetricKind Kind, double[] TimesMs, IReadOnlyList<MetricLine> Lines, IReadOnlyList<ExemplarView> Exemplars);

internal sealed record ExemplarView(double TimeMs, double Value, string TraceId, string SpanId);

internal sealed record TelemetryStatus(
    IReadOnlyList<TelemetryService> Services,
    SignalStatus Spans,
    SignalStatus Logs,
    SignalStatus Metrics)
{
    public static TelemetryStatus From(TelemetryStore store, DashboardOptions options) => new(
        store.Services,
        new(store.Traces.ReceivedSpans, store.Traces.DroppedSpans, store.Traces.Bytes, options.TraceMemoryBytes),
        new(store.Logs.Received, store.Logs.Dropped, store.Logs.Bytes, options.LogMemoryBytes),
        new(store.Metrics.ReceivedPoints, store.Metrics.DroppedSeries, store.Metrics.Bytes, options.MetricMemoryBytes));
}

/// <summary>What changed: resources, or the amount of telemetry.</summary>
internal sealed record PageNews(IReadOnlyList<ResourceView>? Resources, TelemetryStatus? Telemetry);

/// <summary>How much of a signal was received and dropped; of metrics, points are received and whole series dropped.</summary>
internal sealed record SignalStatus(long Received, long Dropped, long Bytes, long MaxBytes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(IReadOnlyList<ResourceView>))]
[JsonSerializable(typeof(RevealedValue))]
[JsonSerializable(typeof(CommandOutcome))]
[JsonSerializable(typeof(IReadOnlyList<ConsoleLine>))]
[JsonSerializable(typeof(IReadOnlyList<MergedLine>))]
[JsonSerializable(typeof(ImportOutcome))]
[JsonSerializable(typeof(ServiceMap))]
[JsonSerializable(typeof(KafkaOverview))]
[JsonSerializable(typeof(IReadOnlyList<KafkaMessage>))]
[JsonSerializable(typeof(IReadOnlyList<TraceSummary>))]
[JsonSerializable(typeof(TraceView))]
[JsonSerializable(typeof(IReadOnlyList<LogView>))]
[JsonSerializable(typeof(IReadOnlyList<InstrumentView>))]
[JsonSerializable(typeof(ChartView))]
[JsonSerializable(typeof(PageNews))]
internal sealed partial class ApiJson : JsonSerializerContext;
