using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Ports;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Health;

/// <summary>One check of an instance's health.</summary>
/// <param name="Key">Its name in the model.</param>
/// <param name="Check">What to ask.</param>
/// <param name="Port">The port of this machine that it asks; null when it asks no port.</param>
internal sealed record NamedHealthCheck(string Key, IHealthCheck Check, int? Port = null);

/// <summary>Asks an instance's health checks while it runs and publishes what they say.</summary>
internal sealed class HealthMonitor(ResourceNotificationService notifications, TimeProvider time)
{
    /// <summary>What is published before the checks have been asked.</summary>
    public static ImmutableArray<HealthReportSnapshot> Unknown(IReadOnlyList<NamedHealthCheck> checks) =>
        [.. checks.Select(check => new HealthReportSnapshot(check.Key, Status: null, Description: null))];

    /// <summary>Polls until cancelled; returns at once when there is no check.</summary>
    /// <param name="instance">Whose health.</param>
    /// <param name="checks">Its checks; disposed in the end.</param>
    /// <param name="onHealthy">Called whenever all of them succeed.</param>
    /// <param name="stop">The instance ended or is being stopped.</param>
    public async Task RunAsync(ResourceInstance instance, IReadOnlyList<NamedHealthCheck> checks, Action onHealthy, CancellationToken stop)
    {
        try
        {
            while (checks.Count > 0)
            {
                ImmutableArray<HealthReportSnapshot> reports = [.. await Task.WhenAll(checks.Select(check => AskAsync(check, stop)))];
                stop.ThrowIfCancellationRequested();
                await notifications.PublishUpdateAsync(
                    instance.Resource,
                    instance.Id,
                    before => before.HealthReports.SequenceEqual(reports) ? before : before with { HealthReports = reports });
                var healthy = reports.All(report => report.Status == HealthStatus.Healthy);
                if (healthy)
                {
                    onHealthy();
                }

                await Task.Delay(healthy ? HealthPolling.WhileHealthy : HealthPolling.UntilHealthy, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It no longer runs: there is no health to publish.
        }
        finally
        {
            foreach (var check in checks)
            {
                await DisposeAsync(check.Check);
            }
        }
    }

    private async Task<HealthReportSnapshot> AskAsync(NamedHealthCheck check, CancellationToken stop)
    {
        // Not a connection that is refused, many times over, each of which costs several exceptions and a worse message.
        if (check.Port is { } port && !ListeningPorts.Contains(port))
        {
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, string.Create(CultureInfo.InvariantCulture, $"Nobody listens on port {port}."));
        }

        using var limit = new CancellationTokenSource(HealthPolling.CheckLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            var context = new HealthCheckContext { Registration = new HealthCheckRegistration(check.Key, check.Check, HealthStatus.Unhealthy, tags: null) };
            var result = await check.Check.CheckHealthAsync(context, either.Token).WaitAsync(either.Token);
            return new HealthReportSnapshot(check.Key, result.Status, result.Description, result.Exception?.Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, $"No answer within {HealthPolling.CheckLimit.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A check may throw anything; all of it means that the resource could not be seen to be well.
            return new HealthReportSnapshot(check.Key, HealthStatus.Unhealthy, exception.Message, exception.Message);
        }
    }

    private static async ValueTask DisposeAsync(IHealthCheck check)
    {
        switch (check)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }
}
