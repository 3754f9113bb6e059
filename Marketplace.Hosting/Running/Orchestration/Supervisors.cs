
namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>The supervisors of a started application.</summary>
internal sealed class Supervisors : IDisposable
{
    private readonly Dictionary<string, ResourceSupervisor> _byId = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<ResourceSupervisor> All => _byId.Values;

    public void Add(ResourceSupervisor supervisor) => _byId.Add(supervisor.Instance.Id, supervisor);

    /// <exception cref="InvalidOperationException">There is no such instance, or the application has not started.</exception>
    public ResourceSupervisor Find(string id) =>
        _byId.GetValueOrDefault(id) ?? throw new InvalidOperationException($"'{id}' is not run by this application.");

    public void Dispose()
    {
        foreach (var supervisor in All)
        {
            supervisor.Dispose();
        }
    }

    /// <summary>Stops everything, those first on which nobody depends. A cancelled <paramref name="hurry"/> ends what is still running at once.</summary>
    public async Task ShutDownAsync(CancellationToken hurry)
    {
        foreach (var group in Dependencies.StopOrder([.. All.Select(supervisor => supervisor.Instance.Resource).Distinct()]))
        {
            await Task.WhenAll(All.Where(supervisor => group.Contains(supervisor.Instance.Resource)).Select(supervisor => supervisor.ShutDownAsync(hurry)));
        }
    }
}
