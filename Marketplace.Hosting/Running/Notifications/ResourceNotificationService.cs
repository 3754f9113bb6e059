using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Hosting.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Holds the present snapshot of every resource instance, tells about changes, and lets callers wait for a state.</summary>
public sealed class ResourceNotificationService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _order = [];
    private readonly List<Channel<ResourceEvent>> _watchers = [];

    /// <summary>The present snapshot of every instance, in the order in which they were first published.</summary>
    internal IReadOnlyList<ResourceEvent> Current
    {
        get
        {
            lock (_lock)
            {
                return [.. _order.Select(id => _current[id])];
            }
        }
    }

    /// <summary>Replaces the snapshot of a resource that has one instance.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="stateFactory">Gives the new snapshot from the present one.</param>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return PublishUpdateAsync(resource, resource.Name, stateFactory);
    }

    /// <summary>Replaces the snapshot of one instance.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="resourceId">The instance.</param>
    /// <param name="stateFactory">Gives the new snapshot from the present one; must be quick and free of side effects.</param>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        ArgumentNullException.ThrowIfNull(stateFactory);
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>Yields the present snapshot of every instance, then a new one at each change, until cancelled.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changes = Channel.CreateUnbounded<ResourceEvent>(new() { SingleReader = true });
        lock (_lock)
        {
            // Under the same lock as publishing, so that nothing is missed or told twice.
            foreach (var id in _order)
            {
                changes.Writer.TryWrite(_current[id]);
            }

            _watchers.Add(changes);
        }

        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(changes);
            }
        }
    }

    /// <summary>Waits until an instance of the resource is in a state.</summary>
    /// <param name="resourceName">The resource's name in the model, or one instance's id.</param>
    /// <param name="targetState">One of <see cref="KnownResourceStates"/>; null for <c>Running</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default)
    {
        targetState ??= KnownResourceStates.Running;
        return WaitForResourceAsync(resourceName, change => string.Equals(change.Snapshot.State?.Text, targetState, StringComparison.OrdinalIgnoreCase), cancellationToken);
    }

    /// <summary>Waits until an instance of the resource satisfies a condition, and returns what satisfied it.</summary>
    /// <param name="resourceName">The resource's name in the model, or one instance's id.</param>
    /// <param name="predicate">The condition.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceName);
        ArgumentNullException.ThrowIfNull(predicate);
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (IsOf(change, resourceName) && predicate(change))
            {
                return change;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Waits until the resource runs and all its health checks succeed.</summary>
    /// <param name="resourceName">The resource's name in the model, or one instance's id.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="DistributedApplicationException">It ended or failed to start, and nothing will start it again by itself.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        // Of several replicas one healthy is enough, and all must have ended to give up.
        var last = await WaitForResourceAsync(
            resourceName,
            change => change.Snapshot.HealthStatus == HealthStatus.Healthy
                || (change.Snapshot.HasEndedForGood && Current.Where(current => IsOf(current, resourceName)).All(current => current.Snapshot.HasEndedForGood)),
            cancellationToken);
        if (last.Snapshot.HealthStatus == HealthStatus.Healthy)
        {
            return last;
        }

        throw new DistributedApplicationException(
            $"'{resourceName}' does not become healthy: it is {last.Snapshot.State?.Text}"
            + (last.Snapshot.ExitCode is { } exitCode ? $" with exit code {exitCode}" : "")
            + (last.Snapshot.Reason is { } reason ? $" ({reason})." : "."));
    }

    /// <summary>The present snapshot of an instance; null when there is none of this id.</summary>
    internal ResourceEvent? Find(string resourceId)
    {
        lock (_lock)
        {
            return _current.GetValueOrDefault(resourceId);
        }
    }

    /// <summary>Replaces the snapshot of one instance.</summary>
    internal void Publish(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var known = _current.GetValueOrDefault(resourceId);
            var before = known?.Snapshot ?? new CustomResourceSnapshot { ResourceType = ResourceKinds.KindOf(resource) };
            var after = stateFactory(before);
            if (known is not null && after == before)
            {
                return;
            }

            if (known is null)
            {
                _order.Add(resourceId);
            }

            var change = new ResourceEvent(resource, resourceId, after);
            _current[resourceId] = change;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(change);
            }
        }
    }

    private static bool IsOf(ResourceEvent change, string name) =>
        string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase);
}
