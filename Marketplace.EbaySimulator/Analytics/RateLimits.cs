namespace Marketplace.EbaySimulator.Analytics;

/// <summary>The answer of <c>getRateLimits</c> (developer.ebay.com, Developer Analytics API, type RateLimitsResponse).</summary>
internal sealed record RateLimits([property: System.Text.Json.Serialization.JsonPropertyName("rateLimits")] IReadOnlyList<RateLimit> All)
{
    /// <summary>getItems has a quota of its own beside that of all other methods; nobody uses it here.</summary>
    public static RateLimits OfBrowse(Rate rate) => new(
        [new RateLimit("buy", "Browse", "v1", [new Resource("buy.browse.item.bulk", [rate with { Count = 0, Remaining = rate.Limit }]), new Resource("buy.browse", [rate])])]);
}

internal sealed record RateLimit(string ApiContext, string ApiName, string ApiVersion, IReadOnlyList<Resource> Resources);

internal sealed record Resource(string Name, IReadOnlyList<Rate> Rates);

internal sealed record Rate(long Count, long Limit, long Remaining, string Reset, int TimeWindow);
