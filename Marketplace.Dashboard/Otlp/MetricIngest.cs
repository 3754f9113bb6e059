using Google.Protobuf.Collections;
using Marketplace.Dashboard.Telemetry;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Marketplace.Dashboard.Otlp;

/// <summary>Takes an OTLP metrics request into the store.</summary>
internal sealed class MetricIngest(OtlpReader reader, MetricStore store)
{
    private const uint NoRecordedValue = (uint)DataPointFlags.NoRecordedValueMask;

    /// <returns>How many points were refused because their buckets do not fit their bounds, as the protocol's partial success says.</returns>
    public ExportMetricsServiceResponse Take(ExportMetricsServiceRequest request)
    {
        var metrics = new List<ReceivedMetric>();
        var rejected = 0;
        foreach (var resourceMetrics in request.ResourceMetrics)
        {
            var source = reader.Source(resourceMetrics.Resource, Signal.Metrics);
            foreach (var scopeMetrics in resourceMetrics.ScopeMetrics)
            {
                var scope = reader.Scope(scopeMetrics.Scope);
                foreach (var metric in scopeMetrics.Metrics)
                {
                    Read(metric, source, scope, metrics, ref rejected);
                }
            }
        }

        store.Add(metrics);
        var response = new ExportMetricsServiceResponse();
        if (rejected > 0)
        {
            response.PartialSuccess = new()
            {
                RejectedDataPoints = rejected,
                ErrorMessage = "A histogram point needs rising, finite bounds and one bucket more than bounds.",
            };
        }

        return response;
    }

    private void Read(Metric metric, TelemetrySource source, TelemetryScope scope, List<ReceivedMetric> into, ref int rejected)
    {
        switch (metric.DataCase)
        {
            case Metric.DataOneofCase.Gauge:
                Numbers(metric.Gauge.DataPoints, MetricKind.Gauge, isDelta: false);
                break;
            case Metric.DataOneofCase.Sum:
                Numbers(metric.Sum.DataPoints, metric.Sum.IsMonotonic ? MetricKind.Counter : MetricKind.UpDownCounter, IsDelta(metric.Sum.AggregationTemporality));
                break;
            case Metric.DataOneofCase.Histogram:
                foreach (var point in metric.Histogram.DataPoints)
                {
                    Add(MetricKind.Histogram, IsDelta(metric.Histogram.AggregationTemporality), point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Sum, point.Flags, point.Exemplars, ExplicitBuckets(point), ref rejected);
                }

                break;
            case Metric.DataOneofCase.ExponentialHistogram:
                foreach (var point in metric.ExponentialHistogram.DataPoints)
                {
                    Add(MetricKind.Histogram, IsDelta(metric.ExponentialHistogram.AggregationTemporality), point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Sum, point.Flags, point.Exemplars, ExponentialBuckets.Read(point), ref rejected);
                }

                break;
            case Metric.DataOneofCase.Summary:
                foreach (var point in metric.Summary.DataPoints)
                {
                    Add(MetricKind.Histogram, isDelta: false, point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Sum, point.Flags, [], new Distribution(point.Count, [], []), ref rejected);
                }

                break;
        }

        void Numbers(RepeatedField<NumberDataPoint> points, MetricKind kind, bool isDelta)
        {
            foreach (var point in points)
            {
                var value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble;
                var unused = 0;
                Add(kind, isDelta, point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, value, point.Flags, point.Exemplars, null, ref unused);
            }
        }

        void Add(MetricKind kind, bool isDelta, RepeatedField<KeyValue> attributes, ulong start, ulong time, double value, uint flags, RepeatedField<Exemplar> exemplars, Distribution? distribution, ref int rejected)
        {
            if ((flags & NoRecordedValue) != 0)
            {
                return;
            }

            if (kind == MetricKind.Histogram && distribution is null)
            {
                rejected++;
                return;
            }

            var bytes = 0;
            into.Add(new ReceivedMetric(
                source,
                scope,
                reader.Text(metric.Name, ref bytes),
                metric.Unit.Length == 0 ? null : reader.Text(metric.Unit, ref bytes),
                metric.Description.Length == 0 ? null : reader.Text(metric.Description, ref bytes),
                kind,
                isDelta,
                reader.Attributes(attributes, ref bytes),
                UnixNanos.From(start),
                new MetricPoint(UnixNanos.From(time), value, distribution),
                Exemplars(exemplars)));
        }
    }

    private static bool IsDelta(AggregationTemporality temporality) => temporality == AggregationTemporality.Delta;

    private static MetricExemplar[] Exemplars(RepeatedField<Exemplar> exemplars) => exemplars.Count == 0
        ? []
        : [.. exemplars
            .Select(e => new MetricExemplar(
                UnixNanos.From(e.TimeUnixNano),
                e.ValueCase == Exemplar.ValueOneofCase.AsInt ? e.AsInt : e.AsDouble,
                OtlpReader.TraceIdOf(e.TraceId),
                OtlpReader.SpanIdOf(e.SpanId)))
            .Where(e => e.TraceId.IsValid)];

    private static Distribution? ExplicitBuckets(HistogramDataPoint point)
    {
        if (point.BucketCounts.Count == 0 && point.ExplicitBounds.Count == 0)
        {
            return new Distribution(point.Count, [], []);
        }

        double[] bounds = [.. point.ExplicitBounds];
        return point.BucketCounts.Count == bounds.Length + 1 && ExponentialBuckets.AreRising(bounds)
            ? new Distribution(point.Count, bounds, [.. point.BucketCounts.Select(count => (double)count)])
            : null;
    }
}
