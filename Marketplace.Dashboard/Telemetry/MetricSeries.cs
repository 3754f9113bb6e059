namespace Marketplace.Dashboard.Telemetry;

/// <summary>The points of one series over time. Sums and histograms are cumulative, whatever the sender's temporality was.</summary>
internal sealed class MetricSeries(string? instanceId, AttributeList attributes, MetricKind kind)
{
    private const int OwnBytes = 400;
    private const int PointBytes = 24;
    private const int MaxPoints = 360;
    private const int MaxExemplars = 8;
    private readonly List<MetricPoint> _points = [];
    private readonly Queue<MetricExemplar> _exemplars = new();

    public string? InstanceId => instanceId;

    public AttributeList Attributes => attributes;

    public long LastNanos => _points.Count == 0 ? 0 : _points[^1].TimeNanos;

    public long Bytes { get; private set; } = OwnBytes;

    public MetricPoint[] Points => [.. _points];

    public MetricExemplar[] Exemplars => [.. _exemplars];

    public void Add(MetricPoint point, bool isDelta)
    {
        if (_points.Count > 0)
        {
            if (point.TimeNanos <= LastNanos)
            {
                return;
            }

            if (isDelta)
            {
                point = point.Plus(_points[^1]);
            }

            // A value that stays the same needs its first and its latest time only.
            if (_points.Count > 1 && point.SameValue(_points[^1]) && point.SameValue(_points[^2]))
            {
                _points[^1] = _points[^1] with { TimeNanos = point.TimeNanos };
                return;
            }
        }

        _points.Add(point);
        Bytes += PointBytes + (point.Distribution?.Bytes ?? 0);
        if (_points.Count > MaxPoints)
        {
            ThinOlderHalf();
        }
    }

    public void Add(MetricExemplar exemplar)
    {
        if (_exemplars.Count == MaxExemplars)
        {
            _exemplars.Dequeue();
        }

        _exemplars.Enqueue(exemplar);
    }

    // Every second point of the older half goes: the far past stays visible, only coarser. Cumulative values lose nothing by it.
    private void ThinOlderHalf()
    {
        var half = _points.Count / 2;
        var kept = 0;
        for (var i = 0; i < _points.Count; i++)
        {
            if (i < half && i % 2 == 1)
            {
                Bytes -= PointBytes + (_points[i].Distribution?.Bytes ?? 0);
                continue;
            }

            _points[kept++] = _points[i];
        }

        _points.RemoveRange(kept, _points.Count - kept);
    }

    public bool IsGauge => kind is MetricKind.Gauge or MetricKind.UpDownCounter;
}

/// <summary>The state of a series at one time. <paramref name="Value"/> is the number, or a histogram's sum.</summary>
internal readonly record struct MetricPoint(long TimeNanos, double Value, Distribution? Distribution = null)
{
    // Equals, not ==: NaN is the same value as NaN.
    public bool SameValue(MetricPoint other) =>
        Value.Equals(other.Value) && Distribution?.Count == other.Distribution?.Count;

    public MetricPoint Plus(MetricPoint earlier) =>
        this with { Value = Value + earlier.Value, Distribution = Distribution?.Plus(earlier.Distribution) };
}

/// <summary>How many measurements fell into which range: bucket i reaches from bound i-1 (exclusive) to bound i (inclusive).</summary>
internal sealed record Distribution(double Count, double[] Bounds, double[] Buckets)
{
    public static readonly Distribution Empty = new(0, [], []);

    public int Bytes => 72 + (8 * Buckets.Length);

    public Distribution Plus(Distribution? other) => Combine(other, 1, 1);

    /// <returns>What was added since <paramref name="earlier"/>; all of it when the sender began anew in between.</returns>
    public Distribution Since(Distribution? earlier) => earlier is null || earlier.Count > Count ? this : Combine(earlier, 1, -1);

    /// <returns>The state a part of the way from this one to a later one.</returns>
    public Distribution Toward(Distribution later, double part) => later.Count < Count ? later : Combine(later, 1 - part, part);

    /// <returns>The value below which <paramref name="part"/> (0–1) of the measurements lie, interpolated within its bucket; NaN when there are none.</returns>
    public double Quantile(double part)
    {
        var total = Buckets.Sum();
        if (total <= 0 || Bounds.Length == 0)
        {
            return double.NaN;
        }

        var rank = part * total;
        var below = 0.0;
        for (var i = 0; i < Buckets.Length; i++)
        {
            if (below + Buckets[i] >= rank && Buckets[i] > 0)
            {
                // The outer buckets have one bound only: that bound is the best that can be said.
                if (i == Buckets.Length - 1)
                {
                    return Bounds[^1];
                }

                var low = i == 0 ? Math.Min(0, Bounds[0]) : Bounds[i - 1];
                return low + ((Bounds[i] - low) * ((rank - below) / Buckets[i]));
            }

            below += Buckets[i];
        }

        return Bounds[^1];
    }

    private Distribution Combine(Distribution? other, double ours, double theirs)
    {
        if (other is null || other.Buckets.Length == 0)
        {
            return this with { Count = (Count * ours) + ((other?.Count ?? 0) * theirs) };
        }

        var bounds = ReferenceEquals(Bounds, other.Bounds) || Bounds.AsSpan().SequenceEqual(other.Bounds) ? Bounds : Merge(Bounds, other.Bounds);
        var buckets = new double[bounds.Length + 1];
        AddInto(buckets, bounds, this, ours);
        AddInto(buckets, bounds, other, theirs);
        return new Distribution((Count * ours) + (other.Count * theirs), bounds, buckets);
    }

    private static double[] Merge(double[] a, double[] b) => [.. a.Union(b).Order()];

    private static void AddInto(double[] buckets, double[] bounds, Distribution source, double factor)
    {
        for (var i = 0; i < source.Buckets.Length; i++)
        {
            var at = i == source.Bounds.Length ? bounds.Length : Array.BinarySearch(bounds, source.Bounds[i]);
            buckets[at] += source.Buckets[i] * factor;
        }
    }
}
