using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting.Running;

/// <summary>
/// Says on the console what Aspire says only in a resource's own log: that one failed, with its last lines, and who waits for it in vain;
/// and, once, that everything is up.
/// </summary>
internal sealed class StartReporter(ResourceNotificationService notifications, ResourceLoggerService logs, IHostApplicationLifetime lifetime, TimeProvider time) : IDistributedApplicationEventingSubscriber
{
    private const int ShownLogLines = 15;

    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _states = [];
    private readonly HashSet<string> _stopping = [];

    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeStartEvent>((starting, token) =>
        {
            _ = ReportAsync(starting.Model, lifetime.ApplicationStopping);
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private async Task ReportAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var current = new Dictionary<string, ResourceEvent>();
        var isUp = false;
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                current[change.ResourceId] = change;
                await ReportFailureAsync(change, model);
                if (!isUp && IsUp(model, current))
                {
                    isUp = true;
                    Console.WriteLine(Summary(current.Values));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the run.
        }
    }

    private async Task ReportFailureAsync(ResourceEvent change, DistributedApplicationModel model)
    {
        var state = change.Snapshot.State?.Text ?? "";
        if (change.Snapshot.IsHidden || _states.GetValueOrDefault(change.ResourceId) == state)
        {
            return;
        }

        _states[change.ResourceId] = state;
        if (state == KnownResourceStates.Stopping)
        {
            _stopping.Add(change.ResourceId);
        }

        // A process that was asked to stop, in the dashboard or with Aspire's CLI, has no exit code that says anything.
        if (!HasFailed(change.Snapshot) || _stopping.Remove(change.ResourceId) || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        var code = change.Snapshot.ExitCode is { } exitCode ? string.Create(CultureInfo.InvariantCulture, $" with exit code {exitCode}") : "";
        var text = new List<string> { $"{change.Resource.Name}: {Describe(state)}{code}." };
        text.AddRange((await LastLinesAsync(change.ResourceId)).Select(line => $"    | {line}"));
        var waiting = model.Resources
            .Where(resource => resource.Annotations.OfType<WaitAnnotation>().Any(wait => wait.Resource.Name == change.Resource.Name))
            .Select(resource => resource.Name)
            .ToArray();
        if (waiting.Length > 0)
        {
            text.Add($"    {string.Join(" and ", waiting)} cannot start without it.");
        }

        await Console.Error.WriteLineAsync(string.Join('\n', text));
    }

    private static string Describe(string state) =>
        state == KnownResourceStates.FailedToStart ? "failed to start"
        : state == KnownResourceStates.RuntimeUnhealthy ? "cannot start, because no container engine answers"
        : "ended";

    private static bool HasFailed(CustomResourceSnapshot snapshot) => snapshot.State?.Text is { } state
        && (state == KnownResourceStates.FailedToStart || state == KnownResourceStates.RuntimeUnhealthy
            || ((state == KnownResourceStates.Exited || state == KnownResourceStates.Finished) && snapshot.ExitCode is not (null or 0)));

    /// <summary>What is meant to run is healthy; a value, and what is started by hand, is not meant to.</summary>
    private static bool IsUp(DistributedApplicationModel model, Dictionary<string, ResourceEvent> current) =>
        model.Resources
            .Where(resource => resource is not ParameterResource && !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
            .All(resource => current.Values.Any(change => change.Resource.Name == resource.Name && IsSettled(change.Snapshot)));

    private static bool IsSettled(CustomResourceSnapshot snapshot) =>
        snapshot.IsHidden || snapshot is { State.Text: nameof(KnownResourceStates.Finished), ExitCode: 0 } || snapshot.State?.Text == KnownResourceStates.RuntimeUnhealthy || (snapshot.State?.Text == KnownResourceStates.Running && snapshot.HealthStatus is HealthStatus.Healthy);

    private static string Summary(IEnumerable<ResourceEvent> resources)
    {
        var seconds = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds;
        var links = resources
            .Where(change => change.Resource.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsExternal))
            .SelectMany(change => change.Snapshot.Urls.Where(url => !url.IsInternal && !url.IsInactive)
                .Select((url, index) => $"  {change.Resource.Name}{(index == 0 ? "" : $" {url.DisplayProperties.DisplayName.ToLowerInvariant()}")}: {url.Url}"));
        return string.Create(CultureInfo.InvariantCulture, $"Up after {seconds:0.0} s.") + string.Concat(links);
    }

    private async Task<IEnumerable<string>> LastLinesAsync(string resourceId)
    {
        var lines = new List<string>();
        using var limit = new CancellationTokenSource(LogLimit, time);
        try
        {
            await foreach (var batch in logs.GetAllAsync(resourceId).WithCancellation(limit.Token))
            {
                lines.AddRange(batch.Select(line => line.Content));
            }
        }
        catch (OperationCanceledException)
        {
            // The log stays open; what there is has to do.
        }

        return lines.TakeLast(ShownLogLines);
    }
}
