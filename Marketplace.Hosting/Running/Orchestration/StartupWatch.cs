using Marketplace.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Tells when everything is up, or that it never will be.</summary>
internal sealed class StartupWatch(ResourceNotificationService notifications, TimeProvider time)
{
    /// <summary>After a first failure others may still be on the way to theirs: all are told together, as long as that does not take long.</summary>
    private static readonly TimeSpan FurtherFailures = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Returns once every resource is healthy, has done its work, or is not to be started. One that cannot run on this
    /// machine because its runtime is missing (a container) counts as not to be started, unless another waits for it.
    /// </summary>
    /// <exception cref="DistributedApplicationException">A resource failed to start for good; every such resource is named.</exception>
    public async Task WaitUntilUpAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in notifications.WatchAsync(cancellationToken))
        {
            var current = notifications.Current;
            if (current.Any(HasFailed))
            {
                await WaitForStartsAsync(cancellationToken);
                throw new DistributedApplicationException(
                    [.. notifications.Current.Where(HasFailed).Select(instance => $"{instance.ResourceId}: failed to start. {instance.Snapshot.Reason}")]);
            }

            if (current.All(instance => IsSettled(instance.Snapshot)))
            {
                return;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task WaitForStartsAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FurtherFailures, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var _ in notifications.WatchAsync(either.Token))
            {
                if (!notifications.Current.Any(instance => instance.Snapshot.State?.Text == KnownResourceStates.Starting))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What has not failed by now is told when it does.
        }
    }

    private static bool HasFailed(ResourceEvent instance) => instance.Snapshot.State?.Text == KnownResourceStates.FailedToStart;

    /// <summary>Whether nothing more is expected of an instance.</summary>
    public static bool IsSettled(CustomResourceSnapshot snapshot) =>
        snapshot.HealthStatus == HealthStatus.Healthy || snapshot.HasEndedForGood || snapshot.State?.Text == KnownResourceStates.NotStarted;
}
