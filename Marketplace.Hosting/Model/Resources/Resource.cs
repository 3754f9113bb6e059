using System.Collections.ObjectModel;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A named resource. Names are checked when the application starts, so that all errors of a model are told at once.</summary>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc />
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <inheritdoc />
    public ResourceAnnotationCollection Annotations { get; } = [];

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({GetType().Name})";
}

/// <summary>The annotations of one resource, in the order they were added.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;
