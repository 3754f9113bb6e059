namespace Marketplace.Dashboard.Telemetry;

/// <summary>An instrument over a range of time, cut into equal steps: what a chart draws.</summary>
/// <param name="TimesMs">End of each step, in milliseconds since 1970 (UTC).</param>
/// <param name="Lines">One per group.</param>
/// <param name="Exemplars">Measurements within the range that lead to a trace.</param>
internal sealed record MetricChart(double[] TimesMs, IReadOnlyList<MetricLine> Lines, IReadOnlyList<MetricExemplar> Exemplars)
{
    private const long StaleNanos = 60_000_000_000;
    private const int MaxLines = 20;

    /// <param name="kind">How to read the points.</param>
    /// <param name="series">The instrument's series.</param>
    /// <param name="from">Start of the range in nanoseconds since 1970.</param>
    /// <param name="to">Its end.</param>
    /// <param name="steps">Into how many steps to cut it.</param>
    /// <param name="groupBy">Series with the same values of these attributes become one line; all series their own when null.</param>
    public static MetricChart Draw(MetricKind kind, IEnumerable<MetricSeriesSnapshot> series, long from, long to, int steps, IReadOnlyList<string>? groupBy)
    {
        var step = Math.Max((to - from) / steps, 1);
        var ends = new long[steps];
        for (var i = 0; i < steps; i++)
        {
            ends[i] = from + ((i + 1) * step);
        }

        var all = series.ToList();
        var keys = groupBy ?? [MetricSeriesSnapshot.InstanceKey, .. all.SelectMany(s => s.Attributes.Select(a => a.Key)).Distinct().Order(StringComparer.Ordinal)];
        var lines = all
            .GroupBy(s => string.Join('\0', keys.Select(key => s.Label(key) ?? "")))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Take(MaxLines)
            .Select(group => Line(kind, [.. group], keys, ends, step))
            .ToList();
        var exemplars = all.SelectMany(s => s.Exemplars).Where(e => e.TimeNanos >= from && e.TimeNanos <= to).OrderBy(e => e.TimeNanos).ToList();
        return new MetricChart([.. ends.Select(UnixNanos.ToMilliseconds)], lines, exemplars);
    }

    private static MetricLine Line(MetricKind kind, List<MetricSeriesSnapshot> group, IReadOnlyList<string> keys, long[] ends, long step)
    {
        var labels = keys.Select(key => KeyValuePair.Create(key, (object?)group[0].Label(key))).Where(label => label.Value is not null).ToArray();
        var line = new MetricLine(new AttributeList(labels), new double?[ends.Length]);
        if (kind == MetricKind.Histogram)
        {
            line = line with { P50 = new double?[ends.Length], P90 = new double?[ends.Length], P99 = new double?[ends.Length] };
        }

        for (var i = 0; i < ends.Length; i++)
        {
            var (start, end) = (ends[i] - step, ends[i]);
            switch (kind)
            {
                case MetricKind.Counter:
                    line.Values[i] = Total(group.Select(s => Increase(s.Points, start, end))) / Seconds(group, start, end);
                    break;
                case MetricKind.UpDownCounter:
                    line.Values[i] = Total(group.Select(s => Last(s.Points, end)));
                    break;
                case MetricKind.Gauge:
                    var present = group.Select(s => Last(s.Points, end)).OfType<double>().ToList();
                    line.Values[i] = present.Count == 0 ? null : present.Average();
                    break;
                default:
                    var added = group.Select(s => Added(s.Points, start, end)).OfType<Distribution>().ToList();
                    if (added.Count > 0)
                    {
                        var sum = added.Aggregate((a, b) => a.Plus(b));
                        line.Values[i] = sum.Count / Seconds(group, start, end);
                        line.P50![i] = Finite(sum.Quantile(0.5));
                        line.P90![i] = Finite(sum.Quantile(0.9));
                        line.P99![i] = Finite(sum.Quantile(0.99));
                    }

                    break;
            }
        }

        return line;
    }

    // What is known of a step, or its rate would dip where a series begins and where it has come to; of less than half a step
    // nothing is made up.
    private static double Seconds(List<MetricSeriesSnapshot> group, long start, long end)
    {
        var known = Math.Min(end, group.Max(s => s.Points[^1].TimeNanos)) - Math.Max(start, group.Min(s => s.Points[0].TimeNanos));
        return (known * 2 >= end - start ? known : end - start) / 1e9;
    }

    private static double? Total(IEnumerable<double?> values)
    {
        double? total = null;
        foreach (var value in values)
        {
            total = value is { } number ? (total ?? 0) + number : total;
        }

        return total;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double? Last(MetricPoint[] points, long time)
    {
        var at = LastAtOrBefore(points, time);
        return at < 0 || (at == points.Length - 1 && time - points[at].TimeNanos > StaleNanos) ? null : Finite(points[at].Value);
    }

    private static double? Increase(MetricPoint[] points, long start, long end)
    {
        if (!Overlaps(points, start, end))
        {
            return null;
        }

        var from = ValueAt(points, start);
        var to = ValueAt(points, end);
        return to >= from ? to - from : to;
    }

    private static Distribution? Added(MetricPoint[] points, long start, long end) =>
        Overlaps(points, start, end) ? DistributionAt(points, end).Since(DistributionAt(points, start)) : null;

    private static bool Overlaps(MetricPoint[] points, long start, long end) =>
        points.Length > 0 && points[0].TimeNanos < end && points[^1].TimeNanos > start;

    private static double ValueAt(MetricPoint[] points, long time)
    {
        var at = LastAtOrBefore(points, time);
        if (at < 0)
        {
            return points[0].Value;
        }

        if (at == points.Length - 1 || points[at + 1].Value < points[at].Value)
        {
            return points[at].Value;
        }

        return points[at].Value + ((points[at + 1].Value - points[at].Value) * Part(points, at, time));
    }

    private static Distribution DistributionAt(MetricPoint[] points, long time)
    {
        var at = LastAtOrBefore(points, time);
        var here = points[Math.Max(at, 0)].Distribution ?? Distribution.Empty;
        return at < 0 || at == points.Length - 1 || points[at + 1].Distribution is not { } next || next.Count < here.Count
            ? here
            : here.Toward(next, Part(points, at, time));
    }

    private static double Part(MetricPoint[] points, int at, long time) =>
        (double)(time - points[at].TimeNanos) / (points[at + 1].TimeNanos - points[at].TimeNanos);

    private static int LastAtOrBefore(MetricPoint[] points, long time)
    {
        var (low, high) = (0, points.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (points[middle].TimeNanos <= time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}

/// <summary>One line of a chart; an entry is null where nothing is known.</summary>
/// <param name="Labels">What its series have in common.</param>
/// <param name="Values">Rate per second of a counter or of a histogram's measurements, or the value.</param>
internal sealed record MetricLine(AttributeList Labels, double?[] Values)
{
    public double?[]? P50 { get; init; }

    public double?[]? P90 { get; init; }

    public double?[]? P99 { get; init; }
}
