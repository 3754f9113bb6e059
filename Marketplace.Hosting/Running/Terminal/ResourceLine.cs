using System.Globalization;
using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Terminal;

/// <summary>What the terminal says about a resource instance: one word for its condition, and a detail.</summary>
/// <param name="Condition">The state, or while it runs its health.</param>
/// <param name="Detail">Its addresses while it is healthy, else the reason; empty when there is nothing to say.</param>
internal sealed record ResourceLine(string Condition, string Detail)
{
    /// <summary>It runs and has not been healthy since.</summary>
    public const string NotHealthyYet = "Running";

    public bool IsProblem => Condition is nameof(HealthStatus.Unhealthy) or nameof(KnownResourceStates.FailedToStart) or nameof(KnownResourceStates.RuntimeUnhealthy);

    /// <summary>Describes a snapshot.</summary>
    /// <param name="snapshot">What is known about the instance.</param>
    /// <param name="wasHealthy">Whether it was healthy since its last start: only then is it called unhealthy.</param>
    public static ResourceLine Of(CustomResourceSnapshot snapshot, bool wasHealthy)
    {
        var condition = snapshot.HealthStatus switch
        {
            null => snapshot.State?.Text ?? "Unknown",
            HealthStatus.Unhealthy when !wasHealthy => NotHealthyYet,
            { } health => health.ToString(),
        };
        var detail = snapshot.HealthStatus == HealthStatus.Healthy
            ? string.Join("  ", snapshot.Urls.Select(url => url.Url).Append(snapshot.Property(Notifications.ResourceProperties.Implementation) as string).Where(text => text is not null))
            : snapshot.ReasonOrHealth ?? "";
        return new ResourceLine(condition, snapshot is { ExitCode: { } exitCode, Reason: null }
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}")
            : detail.ReplaceLineEndings(" "));
    }
}
