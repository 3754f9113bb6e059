namespace Marketplace.Dashboard;

/// <summary>What the engine tells the dashboard about the resources it runs, and what the dashboard may ask of it.</summary>
public interface IDashboardModel
{
    /// <summary>The present snapshot of every resource, in the model's order.</summary>
    IReadOnlyList<DashboardResource> Resources { get; }

    /// <summary>Yields the present snapshot of every resource, then a new snapshot at each change, until cancelled.</summary>
    IAsyncEnumerable<DashboardResource> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Yields a resource's kept console lines in order, and with <paramref name="follow"/> every further line until cancelled.</summary>
    /// <param name="resourceName"><see cref="DashboardResource.Name"/>; an unknown name yields nothing.</param>
    /// <param name="after">Only lines with a greater <see cref="ConsoleLine.Number"/>; 0 for all that are kept.</param>
    /// <param name="follow">Whether to wait for further lines.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<ConsoleLine> ReadConsoleAsync(string resourceName, long after, bool follow, CancellationToken cancellationToken);

    /// <summary>Runs one of a resource's <see cref="DashboardResource.Commands"/>.</summary>
    /// <returns>Success, or why not; an unknown resource or command is a failure with a message, not an exception.</returns>
    Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, CancellationToken cancellationToken);
}
