namespace Marketplace.Hosting.ApplicationModel;

/// <summary>How many copies of a resource run.</summary>
public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>The number of copies, at least 1.</summary>
    public int Replicas => replicas;
}
