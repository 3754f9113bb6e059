using System.Text;

namespace Marketplace.Dashboard.Telemetry;

/// <summary>The metric series kept in memory; the ones updated longest ago are dropped first.</summary>
public sealed class MetricStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Meter, string Name), MetricInstrument> _instruments = [];
    private readonly Dictionary<(string Service, string? Instance), long> _lastExport = [];
    private readonly Dictionary<string, long> _first = [];
    private readonly ChangeSignal _changed = new();
    private readonly long _memoryBytes;
    private long _bytes;

    internal MetricStore(long memoryBytes) => _memoryBytes = memoryBytes;

    /// <summary>Points received since the start.</summary>
    public long ReceivedPoints { get; private set; }

    /// <summary>Series dropped since the start to stay within memory.</summary>
    public long DroppedSeries { get; private set; }

    /// <summary>The instruments known, by service, meter and name.</summary>
    public IReadOnlyList<MetricInstrument> Instruments
    {
        get
        {
            lock (_gate)
            {
                return [.. _instruments.Values.OrderBy(i => i.Service, StringComparer.Ordinal).ThenBy(i => i.Meter.Name, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal)];
            }
        }
    }

    internal ChangeSignal Changed => _changed;

    internal long Bytes => _bytes;

    internal MetricInstrument? Find(string service, string meter, string name)
    {
        lock (_gate)
        {
            return _instruments.GetValueOrDefault((service, meter, name));
        }
    }

    /// <summary>When a service's first point was taken; null when it sent none.</summary>
    internal long? FirstNanos(string service)
    {
        lock (_gate)
        {
            return _first.TryGetValue(service, out var first) ? first : null;
        }
    }

    /// <summary>A copy of an instrument's series, safe to read while more arrives.</summary>
    internal IReadOnlyList<MetricSeriesSnapshot> Read(MetricInstrument instrument)
    {
        lock (_gate)
        {
            return [.. instrument.Series.Values.Select(series => new MetricSeriesSnapshot(series.InstanceId, series.Attributes, series.Points, series.Exemplars))];
        }
    }

    /// <summary>The values each attribute of an instrument takes, and its replicas under <c>service.instance.id</c>.</summary>
    internal SortedDictionary<string, SortedSet<string>> Dimensions(MetricInstrument instrument)
    {
        var dimensions = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var series in instrument.Series.Values)
            {
                foreach (var (key, value) in series.Attributes)
                {
                    Take(key, AttributeList.Format(value));
                }

                Take(MetricSeriesSnapshot.InstanceKey, series.InstanceId);
            }
        }

        return dimensions;

        void Take(string key, string? value)
        {
            if (value is not null)
            {
                if (!dimensions.TryGetValue(key, out var values))
                {
                    dimensions.Add(key, values = new SortedSet<string>(StringComparer.Ordinal));
                }

                values.Add(value);
            }
        }
    }

    internal void Add(List<ReceivedMetric> metrics)
    {
        if (metrics.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var metric in metrics)
            {
                Add(metric);
            }

            foreach (var metric in metrics)
            {
                var key = (metric.Source.Name, metric.Source.InstanceId);
                _lastExport[key] = Math.Max(_lastExport.GetValueOrDefault(key), metric.Point.TimeNanos);
                _first.TryAdd(metric.Source.Name, metric.Point.TimeNanos);
            }

            ReceivedPoints += metrics.Count;
            if (_bytes > _memoryBytes)
            {
                DropOldest();
            }
        }

        _changed.Raise();
    }

    /// <summary>Forgets all series; the counts stay.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            _instruments.Clear();
            _lastExport.Clear();
            _first.Clear();
            _bytes = 0;
        }

        _changed.Raise();
    }

    private void Add(ReceivedMetric metric)
    {
        var key = (metric.Source.Name, metric.Meter.Name, metric.Name);
        if (!_instruments.TryGetValue(key, out var instrument))
        {
            instrument = new MetricInstrument(metric.Source.Name, metric.Meter, metric.Name, metric.Unit, metric.Description, metric.Kind);
            _instruments.Add(key, instrument);
        }

        if (instrument.Kind != metric.Kind)
        {
            return;
        }

        var seriesKey = SeriesKey(metric);
        if (!instrument.Series.TryGetValue(seriesKey, out var series))
        {
            series = new MetricSeries(metric.Source.InstanceId, metric.Attributes, metric.Kind);
            instrument.Series.Add(seriesKey, series);
            _bytes += series.Bytes;
            if (!series.IsGauge && !metric.IsDelta)
            {
                // A cumulative series was zero when it began; it was not there yet at the sender's previous export.
                var began = Math.Max(metric.StartNanos, _lastExport.GetValueOrDefault((metric.Source.Name, metric.Source.InstanceId)));
                if (began > 0 && began < metric.Point.TimeNanos)
                {
                    series.Add(new MetricPoint(began, 0, metric.Point.Distribution is null ? null : Distribution.Empty), isDelta: false);
                }
            }
        }

        _bytes -= series.Bytes;
        series.Add(metric.Point, metric.IsDelta && !series.IsGauge);
        foreach (var exemplar in metric.Exemplars)
        {
            series.Add(exemplar);
        }

        _bytes += series.Bytes;
    }

    private void DropOldest()
    {
        var byAge = _instruments.SelectMany(i => i.Value.Series.Select(s => (Key: i.Key, SeriesKey: s.Key, Series: s.Value)))
            .OrderBy(entry => entry.Series.LastNanos).ToList();
        foreach (var (key, seriesKey, series) in byAge)
        {
            // Some room below the bound, so that the next point does not sort all series again.
            if (_bytes <= _memoryBytes * 9 / 10)
            {
                return;
            }

            var instrument = _instruments[key];
            instrument.Series.Remove(seriesKey);
            _bytes -= series.Bytes;
            DroppedSeries++;
            if (instrument.Series.Count == 0)
            {
                _instruments.Remove(key);
            }
        }
    }

    private static string SeriesKey(ReceivedMetric metric)
    {
        if (metric.Attributes.Count == 0)
        {
            return metric.Source.InstanceId ?? "";
        }

        var key = new StringBuilder(metric.Source.InstanceId);
        foreach (var (name, value) in metric.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            key.Append('\0').Append(name).Append('\0').Append(AttributeList.Format(value));
        }

        return key.ToString();
    }
}

/// <summary>One point as received, with what it belongs to.</summary>
internal sealed record ReceivedMetric(
    TelemetrySource Source,
    TelemetryScope Meter,
    string Name,
    string? Unit,
    string? Description,
    MetricKind Kind,
    bool IsDelta,
    AttributeList Attributes,
    long StartNanos,
    MetricPoint Point,
    MetricExemplar[] Exemplars);

/// <summary>A series at one moment.</summary>
internal sealed record MetricSeriesSnapshot(string? InstanceId, AttributeList Attributes, MetricPoint[] Points, MetricExemplar[] Exemplars)
{
    public const string InstanceKey = "service.instance.id";

    public string? Label(string key) => key == InstanceKey ? InstanceId : Attributes.Text(key);
}
