using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

internal static class HealthExtensions
{
    private const string Live = "live";

    public static void AddDefaultHealthChecks(this IHostApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(OperationalPaths.Ready, new() { ResponseWriter = WriteAsync }).DisableHttpMetrics();
        app.MapHealthChecks(OperationalPaths.Alive, new()
        {
            Predicate = check => check.Tags.Contains(Live),
            ResponseWriter = WriteAsync,
        }).DisableHttpMetrics();
    }

    // States only: descriptions and exceptions may name addresses, users or worse.
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.Select(check => KeyValuePair.Create(check.Key, (JsonNode?)Name(check.Value.Status)));
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["status"] = Name(report.Status), ["checks"] = new JsonObject(checks) }.ToJsonString(), context.RequestAborted);
    }

    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();
}
