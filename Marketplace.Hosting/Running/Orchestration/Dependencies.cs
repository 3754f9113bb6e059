using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Something a resource waits for before it starts.</summary>
internal sealed record Dependency(IResource Resource, WaitType WaitType, int ExitCode);

/// <summary>Who waits for whom.</summary>
internal static class Dependencies
{
    /// <summary>What the model says a resource waits for, and what it lives in.</summary>
    public static IEnumerable<Dependency> Of(IResource resource)
    {
        var said = resource.Annotations.OfType<WaitAnnotation>().Select(wait => new Dependency(wait.Resource, wait.WaitType, wait.ExitCode));
        return resource is IResourceWithParent child
            ? said.Prepend(new Dependency(child.Parent, WaitType.WaitUntilHealthy, ExitCode: 0)).Distinct()
            : said.Distinct();
    }

    /// <summary>Whether another resource waits for this one to complete: then its exit is an answer, not a crash.</summary>
    public static bool IsAwaitedForCompletion(IResource resource, IEnumerable<IResource> model) =>
        model.SelectMany(Of).Any(dependency => dependency.Resource == resource && dependency.WaitType == WaitType.WaitForCompletion);

    /// <summary>
    /// Groups in which resources may be stopped together, those first on which nobody depends. References count as well
    /// as waits: a service is stopped before the server whose address it was given. A circle of references is cut.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<IResource>> StopOrder(IReadOnlyCollection<IResource> model)
    {
        var depths = new Dictionary<IResource, int>();
        foreach (var resource in model)
        {
            Depth(resource);
        }

        return [.. model.GroupBy(resource => depths[resource]).OrderByDescending(group => group.Key).Select(group => group.ToArray())];

        int Depth(IResource resource)
        {
            const int BeingVisited = -1;
            if (!depths.TryGetValue(resource, out var depth))
            {
                depths[resource] = BeingVisited;
                depth = 1 + Needs(resource).Where(model.Contains).Select(Depth).DefaultIfEmpty(0).Max();
                depths[resource] = depth;
            }

            return Math.Max(depth, 0);
        }
    }

    private static IEnumerable<IResource> Needs(IResource resource) =>
        Of(resource).Select(dependency => dependency.Resource)
            .Concat(resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(relation => relation.Resource))
            .Distinct();
}
