using Marketplace.EbaySimulator.Admin;
using Marketplace.EbaySimulator.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.EbaySimulator.Analytics;

/// <summary>eBay's Developer Analytics API: how many calls are left.</summary>
internal static class AnalyticsEndpoints
{
    public static void MapAnalytics(this WebApplication app) =>
        app.MapGet("/developer/analytics/v1_beta/rate_limit/", Get).WithCallLog("rate_limit").AddEndpointFilter<BearerFilter>();

    private static Results<JsonHttpResult<RateLimits>, NoContent> Get(Quota quota) =>
        quota.Read() is { } limits ? TypedResults.Json(limits, SimulatorJson.Default.RateLimits) : TypedResults.NoContent();
}
