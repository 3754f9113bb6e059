using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>How resources belong together.</summary>
public static class RelationshipExtensions
{
    /// <summary>Shows the resource below <paramref name="parent"/>.</summary>
    public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> parent) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(parent);
        return builder.WithParentRelationship(parent.Resource);
    }

    /// <summary>Shows the resource below <paramref name="parent"/>.</summary>
    public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResource parent) where T : IResource
    {
        builder.RelateTo(parent, KnownRelationshipTypes.Parent);
        return builder;
    }

    internal static void RelateTo<T>(this IResourceBuilder<T> builder, IResource other, string type) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(other);
        if (!builder.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().Any(known => known.Resource == other && known.Type == type))
        {
            builder.WithAnnotation(new ResourceRelationshipAnnotation(other, type));
        }
    }

    /// <summary>Relates to every resource that a value is made of.</summary>
    internal static void RelateToAll<T>(this IResourceBuilder<T> builder, IValueWithReferences value) where T : IResource
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (var reference in value.References)
        {
            if (reference is IResource resource)
            {
                builder.RelateTo(resource, KnownRelationshipTypes.Reference);
            }
            else if (reference is IValueWithReferences nested)
            {
                builder.RelateToAll(nested);
            }
        }
    }
}
