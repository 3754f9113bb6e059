using System.Collections.ObjectModel;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The resources of a model, in the order they were added.</summary>
public interface IResourceCollection : IList<IResource>;

internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection;
