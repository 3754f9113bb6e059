using Marketplace.Dashboard.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Dashboard.Api;

/// <summary>How much telemetry is held, and to forget it.</summary>
internal static class TelemetryApi
{
    public static void MapTelemetry(this IEndpointRouteBuilder api, TelemetryStore store, DashboardOptions options)
    {
        api.MapGet("/telemetry", () => TypedResults.Json(TelemetryStatus.From(store, options), ApiJson.Default.TelemetryStatus));

        api.MapDelete("/telemetry", () =>
        {
            store.Traces.Clear();
            store.Logs.Clear();
            store.Metrics.Clear();
            return TypedResults.NoContent();
        });
    }
}
