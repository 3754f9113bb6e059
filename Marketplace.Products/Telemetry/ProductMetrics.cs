using System.Diagnostics;
using System.Diagnostics.Metrics;
using Marketplace.Messaging.Contracts;
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
    private long _oldestTicks;
    private long _budgetUsed;

    public ProductMetrics(MarketplaceName marketplace, IOptions<ProductOptions> options, TimeProvider time)
    {
        _time = time;
        _marketplace = [new("marketplace", marketplace.Value)];
        _reads = _meter.CreateCounter<long>("marketplace.product.reads", "{read}", "Products asked for, by the layer that answered and the outcome");
        _joined = _meter.CreateCounter<long>("marketplace.product.reads.joined", "{read}", "Reads that shared the work of one under way");
        _refreshes = _meter.CreateCounter<long>("marketplace.product.refreshes", "{refresh}", "Stale products refreshed behind an answer");
        _calls = _meter.CreateCounter<long>("marketplace.product.source.calls", "{call}", "Calls to the marketplace, by outcome");
        _stale = _meter.CreateCounter<long>("marketplace.product.reads.stale", "{read}", "Answers too old or too short, given because the marketplace gave none, by the reason");
        _searches = _meter.CreateCounter<long>("marketplace.product.searches", "{page}", "Pages of search results, by the layer that answered");
        _events = _meter.CreateCounter<long>("marketplace.product.events", "{event}", "Events sent from the outbox");
        _meter.CreateObservableGauge("marketplace.outbox.depth", () => Interlocked.Read(ref _outboxDepth), "{event}", "Events that wait to be sent; counted up to 100,000");
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

    public void Called(string outcome)
    {
        var tags = _marketplace;
        tags.Add("outcome", outcome);
        _calls.Add(1, tags);
    }

    public void Stale(string reason)
    {
        var tags = _marketplace;
        tags.Add("reason", reason);
        _stale.Add(1, tags);
    }

    public void Searched(ProductSource source)
    {
        var tags = _marketplace;
        tags.Add("source", Name(source));
        _searches.Add(1, tags);
    }

    public void BudgetUsed(long used) => Interlocked.Exchange(ref _budgetUsed, used);

    public void EventsSent(int count) => _events.Add(count, _marketplace);

    public void OutboxMeasured(int depth, DateTime? oldest)
    {
        Interlocked.Exchange(ref _outboxDepth, depth);
        Interlocked.Exchange(ref _oldestTicks, oldest?.Ticks ?? 0);
    }

    public void Dispose() => _meter.Dispose();

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
