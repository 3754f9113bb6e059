using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Marketplace.Ebay.Browse;

namespace Marketplace.Ebay;

/// <summary>Counts the warnings in eBay's answers, and logs each kind once.</summary>
internal sealed partial class Warnings : IDisposable
{
    // More than eBay documents; a bound on memory and on the metric's series.
    private const int MaxKinds = 100;

    private readonly Meter _meter = new("Marketplace.Ebay");
    private readonly Counter<long> _counter;
    private readonly ConcurrentDictionary<long, byte> _kinds = new();
    private readonly ILogger<Warnings> _logger;

    public Warnings(ILogger<Warnings> logger)
    {
        _logger = logger;
        _counter = _meter.CreateCounter<long>("marketplace.ebay.warnings", "{warning}", "Warnings in eBay's answers, by eBay's error id");
    }

    public void Add(IReadOnlyList<EbayError> warnings)
    {
        foreach (var warning in warnings)
        {
            if (_kinds.Count < MaxKinds && _kinds.TryAdd(warning.ErrorId, 0))
            {
                Log.Warned(_logger, warning);
            }

            var kind = _kinds.ContainsKey(warning.ErrorId) ? warning.ErrorId.ToString(CultureInfo.InvariantCulture) : "other";
            _counter.Add(1, new KeyValuePair<string, object?>("error_id", kind));
        }
    }

    public void Dispose() => _meter.Dispose();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "eBay warns: {Warning}. Further warnings of this kind are only counted")]
        public static partial void Warned(ILogger logger, EbayError warning);
    }
}
