using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Marketplace.Tests.Ebay;

/// <summary>Listens to the metric <c>marketplace.ebay.warnings</c>.</summary>
internal sealed class WarningCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public WarningCounter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "marketplace.ebay.warnings")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => _counts.AddOrUpdate((string)tags[0].Value!, count, (_, before) => before + count));
        _listener.Start();
    }

    /// <summary>How many warnings of a kind there were.</summary>
    public long Of(string errorId) => _counts.GetValueOrDefault(errorId);

    public void Dispose() => _listener.Dispose();
}
