using System.Text.Json.Serialization;

namespace Marketplace.Ebay.Analytics;

/// <summary>The answer of getRateLimits (type RateLimitsResponse).</summary>
internal sealed record RateLimits([property: JsonPropertyName("rateLimits")] IReadOnlyList<ApiLimits>? Apis)
{
    // All methods of the Browse API but getItems share the resource "buy.browse".
    public Rate? OfBrowse => (Apis ?? [])
        .SelectMany(api => api.Resources ?? [])
        .Where(resource => resource.Name == "buy.browse")
        .SelectMany(resource => resource.Rates ?? [])
        .MinBy(rate => rate.Remaining ?? long.MaxValue);
}

internal sealed record ApiLimits(IReadOnlyList<Resource>? Resources);

internal sealed record Resource(string? Name, IReadOnlyList<Rate>? Rates);

internal sealed record Rate(long? Remaining, DateTimeOffset? Reset);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RateLimits))]
internal sealed partial class AnalyticsJson : JsonSerializerContext;
