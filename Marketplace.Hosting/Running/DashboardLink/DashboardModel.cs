using System.Runtime.CompilerServices;
using Marketplace.Dashboard;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Logs;
using Marketplace.Hosting.Running.Notifications;
using HealthReport = Marketplace.Dashboard.HealthReport;
using HealthStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Marketplace.Hosting.Running.DashboardLink;

/// <summary>Shows the running model to the dashboard.</summary>
internal sealed class DashboardModel(ResourceNotificationService notifications, ResourceCommandService commands, ConsoleLogs logs) : IDashboardModel
{
    public IReadOnlyList<DashboardResource> Resources => [.. notifications.Current.Select(Describe)];

    public async IAsyncEnumerable<DashboardResource> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            yield return Describe(change);
        }
    }

    public async IAsyncEnumerable<ConsoleLine> ReadConsoleAsync(string resourceName, long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (logs.Find(resourceName) is { } log)
        {
            await foreach (var line in log.ReadAsync(after, follow, cancellationToken))
            {
                yield return line;
            }
        }
    }

    public async Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(resourceName, commandName, cancellationToken);
        return new DashboardCommandResult(result.Success, result.ErrorMessage ?? (result.Canceled ? "It was called off." : null));
    }

    private DashboardResource Describe(ResourceEvent change)
    {
        var (resource, snapshot) = (change.Resource, change.Snapshot);
        return new DashboardResource
        {
            Name = change.ResourceId,
            Type = snapshot.ResourceType,
            State = snapshot.State?.Text,
            Health = HealthOf(snapshot.HealthStatus),
            HealthReports = [.. snapshot.HealthReports.Select(report => new HealthReport(report.Name, HealthOf(report.Status), report.Description))],
            Reason = snapshot.ReasonOrHealth,
            StartedAt = snapshot.StartTimeStamp,
            StoppedAt = snapshot.StopTimeStamp,
            ExitCode = snapshot.ExitCode,
            ProcessId = snapshot.Property(ResourceProperties.ProcessId) as int?,
            Restarts = snapshot.Restarts,
            Source = snapshot.Property(ResourceProperties.Source) as string,
            Implementation = snapshot.Property(ResourceProperties.Implementation) as string,
            Parent = ParentOf(resource)?.Name,
            ReplicaOf = change.ResourceId == resource.Name ? null : resource.Name,
            Urls = [.. snapshot.Urls.Select(url => new ResourceUrl(url.Url, url.DisplayText, url.Name))],
            Environment = [.. snapshot.EnvironmentVariables.Select(variable => new EnvironmentVariable(variable.Name, variable.Value, variable.IsSecret))],
            Relations = [.. RelationsOf(resource).Distinct()],
            Commands = [.. CommandsOf(resource, snapshot)],
            ConnectionString = snapshot.State?.Text == KnownResourceStates.Running ? ConnectionStringOf(resource) : null,
        };
    }

    private static IResource? ParentOf(IResource resource) => resource is IResourceWithParent child
        ? child.Parent
        : resource.Annotations.OfType<ResourceRelationshipAnnotation>().LastOrDefault(relation => relation.Type == KnownRelationshipTypes.Parent)?.Resource;

    private static IEnumerable<ResourceRelation> RelationsOf(IResource resource)
    {
        foreach (var annotation in resource.Annotations)
        {
            switch (annotation)
            {
                case WaitAnnotation wait:
                    yield return new ResourceRelation(wait.Resource.Name, ResourceRelationKind.WaitFor);
                    break;
                case ResourceRelationshipAnnotation { Type: KnownRelationshipTypes.Reference } reference:
                    yield return new ResourceRelation(reference.Resource.Name, ResourceRelationKind.Reference);
                    break;
            }
        }
    }

    private IEnumerable<ResourceCommand> CommandsOf(IResource resource, CustomResourceSnapshot snapshot) =>
        from command in commands.Of(resource)
        let state = commands.StateOf(command, snapshot)
        where state != ResourceCommandState.Hidden
        select new ResourceCommand(command.Name, command.DisplayName, state == ResourceCommandState.Enabled, command.DisplayDescription, command.ConfirmationMessage);

    /// <summary>Known at once while the resource runs: its endpoints have been allocated and its parameters have values.</summary>
    private static string? ConnectionStringOf(IResource resource)
    {
        var connectionString = (resource as IResourceWithConnectionString)?.GetConnectionStringAsync().AsTask();
        return connectionString is { IsCompletedSuccessfully: true } known ? known.Result : null;
    }

    private static DashboardHealth? HealthOf(HealthStatus? status) => status switch
    {
        HealthStatus.Healthy => DashboardHealth.Healthy,
        HealthStatus.Degraded => DashboardHealth.Degraded,
        HealthStatus.Unhealthy => DashboardHealth.Unhealthy,
        _ => null,
    };
}
