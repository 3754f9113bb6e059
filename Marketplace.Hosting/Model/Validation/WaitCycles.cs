using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Resources that wait for each other and so would never start.</summary>
internal static class WaitCycles
{
    /// <summary>Each cycle once, as names in the order of waiting, the first repeated at the end.</summary>
    public static IEnumerable<IReadOnlyList<string>> Find(IEnumerable<IResource> resources)
    {
        var done = new HashSet<IResource>();
        var path = new List<IResource>();
        var cycles = new List<IReadOnlyList<string>>();
        foreach (var resource in resources)
        {
            Visit(resource);
        }

        return cycles;

        void Visit(IResource resource)
        {
            if (path.IndexOf(resource) is var start and >= 0)
            {
                cycles.Add([.. path.Skip(start).Append(resource).Select(step => step.Name)]);
                return;
            }

            if (!done.Contains(resource))
            {
                path.Add(resource);
                foreach (var next in WaitedFor(resource))
                {
                    Visit(next);
                }

                path.RemoveAt(path.Count - 1);
                done.Add(resource);
            }
        }
    }

    /// <summary>What must be ready before a resource is; what lives inside another needs that other.</summary>
    private static IEnumerable<IResource> WaitedFor(IResource resource)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource);
        return (resource is IResourceWithParent child ? waits.Append(child.Parent) : waits).Distinct();
    }
}
