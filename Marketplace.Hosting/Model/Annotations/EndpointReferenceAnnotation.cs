namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The endpoints of another resource that a resource refers to.</summary>
public sealed class EndpointReferenceAnnotation(IResourceWithEndpoints resource) : IResourceAnnotation
{
    /// <summary>The other resource.</summary>
    public IResourceWithEndpoints Resource => resource;

    /// <summary>Whether it refers to all of them.</summary>
    public bool UseAllEndpoints { get; set; }

    /// <summary>Those it refers to by name.</summary>
    public HashSet<string> EndpointNames { get; } = new(StringComparer.OrdinalIgnoreCase);
}
