using System.Diagnostics;
using System.Diagnostics.Metrics;
using Marketplace.Contracts;
using Marketplace.Products.Outbox;
using Marketplace.Products.Reading;
using Microsoft.Extensions.Options;

namespace Marketplace.Products.Telemetry;

/// <summary>The metrics of the product pipeline; the meter is <c>Marketplace.Products</c>.</summary>
internal sealed class ProductMetrics : IDisposable
{
    private readonly Meter _meter = new("Marketplace.Products");
    private readonly Counter<long> _reads;
    private readonly Counter<long> _joined;
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _stale;
    private readonly Counter<long> _searches;
    private readonly Counter<long> _events;
    private readonly TagList _marketplace;
    private readonly TimeProvider _time;
    private long _outboxDepth;
    private long _outboxRefused;
    private long _oldestTicks;
    private long _budgetUsed;

    public ProductMetrics(MarketplaceName marketplace, IOptions<ProductOptions> options, TimeProvider time)
    {
        _time = time;
        _marketplace = [new("marketplace", marketplace.Value)];
        _reads = _meter.CreateCounter<long>("marketplace.product.reads", "{read}", "Reads of products, by the layer that answered and the outcome");
        _joined = _meter.CreateCounter<long>("marketplace.product.reads.joined", "{read}", "Reads that shared the work of one under way");
        _refreshes = _meter.CreateCounter<long>("marketplace.product.refreshes", "{refresh}", "Stale products refreshed in the background");
        _calls = _meter.CreateCounter<long>("marketplace.product.source.calls", "{call}", "Calls to the marketplace, by outcome");
        _stale = _meter.CreateCounter<long>("marketplace.product.reads.stale", "{read}", "Old products and summaries served because the marketplace failed, by the reason");
        _searches = _meter.CreateCounter<long>("marketplace.product.searches", "{page}", "Pages of search results, by the layer that answered");
        _events = _meter.CreateCounter<long>("marketplace.product.events", "{event}", "Events sent from the outbox");
        _meter.CreateObservableGauge("marketplace.outbox.depth", () => Interlocked.Read(ref _outboxDepth), "{event}", "Events that wait to be sent; counted up to 100,000");
        _meter.CreateObservableGauge("marketplace.outbox.refused", () => Interlocked.Read(ref _outboxRefused), "{event}", "Events set aside, as they are larger than Kafka takes; counted up to 100,000");
        _meter.CreateObservableGauge("marketplace.outbox.oldest.age", OldestAge, "s", "How long the oldest event has waited");
        _meter.CreateObservableGauge("marketplace.product.source.budget.used", () => Interlocked.Read(ref _budgetUsed), "{call}", "Calls made in the marketplace's day by all instances, as far as this one knows");
        _meter.CreateObservableGauge("marketplace.product.source.budget.limit", () => options.Value.CallsPerDay, "{call}", "Calls that the marketplace allows a day");
    }

    public void Read(in ProductRead read)
    {
        var tags = _marketplace;
        tags.Add("source", Name(read.Source));
        tags.Add("outcome", Name(read.Status));
        _reads.Add(1, tags);
    }

    public void Joined() => _joined.Add(1, _marketplace);

    public void Refreshed() => _refreshes.Add(1, _marketplace);

    public void Called(string outcome) => Add(_calls, "outcome", outcome);

    public void Stale(string reason) => Add(_stale, "reason", reason);

    public void Searched(ProductSource source) => Add(_searches, "source", Name(source));

    public void BudgetUsed(long used) => Interlocked.Exchange(ref _budgetUsed, used);

    public void EventsSent(int count) => _events.Add(count, _marketplace);

    public void OutboxMeasured(OutboxState state)
    {
        Interlocked.Exchange(ref _outboxDepth, state.Unsent);
        Interlocked.Exchange(ref _outboxRefused, state.Refused);
        Interlocked.Exchange(ref _oldestTicks, state.Oldest?.Ticks ?? 0);
    }

    public void Dispose() => _meter.Dispose();

    private void Add(Counter<long> counter, string tag, string value)
    {
        var tags = _marketplace;
        tags.Add(tag, value);
        counter.Add(1, tags);
    }

    private double OldestAge() =>
        Interlocked.Read(ref _oldestTicks) is > 0 and var ticks ? Math.Max(0, (_time.GetUtcNow().UtcDateTime - new DateTime(ticks, DateTimeKind.Utc)).TotalSeconds) : 0;

    private static string Name(ProductSource? source) => source switch
    {
        ProductSource.Cache => "cache",
        ProductSource.Database => "database",
        ProductSource.External => "external",
        _ => "none",
    };

    private static string Name(ReplyStatus status) => status switch
    {
        ReplyStatus.Found => "found",
        ReplyStatus.NotFound => "not_found",
        _ => "failed",
    };
}
