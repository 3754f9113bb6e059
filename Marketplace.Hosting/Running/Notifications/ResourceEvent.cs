namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A resource instance has a new snapshot.</summary>
/// <param name="resource">The model's resource.</param>
/// <param name="resourceId">The instance: the resource's name, with a suffix when it has replicas.</param>
/// <param name="snapshot">What is known about it now.</param>
public sealed class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The model's resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>The instance: the resource's name, with a suffix when it has replicas.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>What is known about it now.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;

    /// <summary>The instance with its state and health.</summary>
    public override string ToString() =>
        $"{ResourceId}: {Snapshot.State?.Text ?? "unknown"}"
        + (Snapshot.HealthStatus is { } health ? $" ({health})" : "")
        + (Snapshot.Reason is { } reason ? $": {reason}" : "");
}
