namespace Marketplace.Dashboard.Telemetry;

/// <summary>What services sent: traces, logs and metrics, bounded in memory.</summary>
public sealed class TelemetryStore
{
    private const int MaxServices = 1_000;
    private readonly Lock _gate = new();
    private readonly List<TelemetryService> _services = [];

    internal TelemetryStore(DashboardOptions options)
    {
        Traces = new TraceStore(options.TraceMemoryBytes);
        Logs = new LogStore(options.LogMemoryBytes);
        Metrics = new MetricStore(options.MetricMemoryBytes);
    }

    /// <summary>Spans by trace.</summary>
    public TraceStore Traces { get; }

    /// <summary>Structured log records.</summary>
    public LogStore Logs { get; }

    /// <summary>Metric series.</summary>
    public MetricStore Metrics { get; }

    /// <summary>The services that sent anything since the start, in the order they were first heard of.</summary>
    public IReadOnlyList<TelemetryService> Services
    {
        get
        {
            lock (_gate)
            {
                return [.. _services];
            }
        }
    }

    internal void Saw(string service, Signal signal)
    {
        lock (_gate)
        {
            var at = _services.FindIndex(known => known.Name == service);
            if (at < 0 && _services.Count < MaxServices)
            {
                at = _services.Count;
                _services.Add(new TelemetryService(service, false, false, false));
            }

            if (at >= 0)
            {
                _services[at] = signal switch
                {
                    Signal.Traces => _services[at] with { HasTraces = true },
                    Signal.Logs => _services[at] with { HasLogs = true },
                    _ => _services[at] with { HasMetrics = true },
                };
            }
        }
    }
}

/// <summary>A service and what it sent so far.</summary>
/// <param name="Name">Its <c>service.name</c>.</param>
/// <param name="HasTraces">Whether it sent spans.</param>
/// <param name="HasLogs">Whether it sent log records.</param>
/// <param name="HasMetrics">Whether it sent metric points.</param>
public sealed record TelemetryService(string Name, bool HasTraces, bool HasLogs, bool HasMetrics);

internal enum Signal
{
    Traces,
    Logs,
    Metrics,
}
