namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The resources of an application.</summary>
public sealed class DistributedApplicationModel(IResourceCollection resources)
{
    /// <summary>The resources, in the order they were added.</summary>
    public IResourceCollection Resources => resources;
}
