namespace Marketplace.Dashboard;

/// <summary>Stands in where the dashboard runs without an engine: no resources.</summary>
internal sealed class NoModel : IDashboardModel
{
    public IReadOnlyList<DashboardResource> Resources => [];

    public IAsyncEnumerable<DashboardResource> WatchAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<DashboardResource>();

    public IAsyncEnumerable<ConsoleLine> ReadConsoleAsync(string resourceName, long after, bool follow, CancellationToken cancellationToken) => AsyncEnumerable.Empty<ConsoleLine>();

    public Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken cancellationToken) =>
        Task.FromResult(new DashboardCommandResult(false, "No engine runs here."));
}
