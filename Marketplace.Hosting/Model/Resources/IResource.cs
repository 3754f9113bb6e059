namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A part of the system: a server, a service, a parameter.</summary>
public interface IResource
{
    /// <summary>The name, unique in the model: 1–64 ASCII letters, digits and single hyphens, a letter first.</summary>
    string Name { get; }

    /// <summary>What was said about the resource, in order.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>Something said about a resource.</summary>
public interface IResourceAnnotation;
