using Marketplace.EbaySimulator.Identity;
using Marketplace.Simulation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.EbaySimulator.Analytics;

/// <summary>eBay's Developer Analytics API: how many calls are left.</summary>
internal static class AnalyticsEndpoints
{
    public static void MapAnalytics(this WebApplication app) =>
        app.MapGet("/developer/analytics/v1_beta/rate_limit/", Get).WithCallLog("rate_limit").AddEndpointFilter<BearerFilter>();

    /// <summary>How many calls are left, for tests to say.</summary>
    public static void MapQuota(this RouteGroupBuilder admin)
    {
        admin.MapPut("/quota", (QuotaSettings settings, Quota quota) => quota.Set(settings));
        admin.MapDelete("/quota", (Quota quota) => quota.Set(null));
    }

    private static Results<JsonHttpResult<RateLimits>, NoContent> Get(Quota quota) =>
        quota.Read() is { } limits ? TypedResults.Json(limits, SimulatorJson.Default.RateLimits) : TypedResults.NoContent();
}
