using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Logs;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Starts instances of one kind of resource.</summary>
internal interface IResourceLauncher
{
    /// <summary>Whether this launcher starts resources of this kind.</summary>
    bool Handles(IResource resource);

    /// <summary>Starts an instance, any number of times one after the other.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be started, and trying again would not help.</exception>
    Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken);
}

/// <summary>What a launcher works with.</summary>
/// <param name="Instance">What to start.</param>
/// <param name="Log">Where its output goes.</param>
/// <param name="Progress">Tells what takes long before it runs, such as a download.</param>
/// <param name="ReleasePorts">Frees the ports that were kept for it; to be called right before its process starts.</param>
internal sealed record LaunchContext(ResourceInstance Instance, ConsoleLog Log, IProgress<string> Progress, Action ReleasePorts);

/// <summary>A started instance.</summary>
internal interface IRunningResource
{
    /// <summary>What is known about it from the start.</summary>
    LaunchFacts Facts { get; }

    /// <summary>Completes when it ends, however it ends.</summary>
    Task<Ending> Ended { get; }

    /// <summary>Asks it to end, waits a while, then ends it; at once when <paramref name="hurry"/> is cancelled. Returns when it has ended.</summary>
    Task StopAsync(CancellationToken hurry);
}

/// <summary>What is known about a started instance.</summary>
internal sealed record LaunchFacts
{
    public int? ProcessId { get; init; }

    /// <summary>What it is made from: a project, a command line, an image.</summary>
    public string? Source { get; init; }

    /// <summary>Which implementation serves it, and what that cannot do.</summary>
    public string? Implementation { get; init; }

    public IReadOnlyList<EnvironmentVariableSnapshot> Environment { get; init; } = [];
}

/// <summary>How an instance ended.</summary>
/// <param name="Then">What follows.</param>
/// <param name="ExitCode">Its process's exit code; null when it has none.</param>
/// <param name="Reason">Why, where there is more to say than the exit code.</param>
internal sealed record Ending(Afterwards Then, int? ExitCode = null, string? Reason = null);

/// <summary>What follows when an instance ends without having been told to.</summary>
internal enum Afterwards
{
    /// <summary>It did what it was started for.</summary>
    Finished,

    /// <summary>It crashed and is started again after a delay.</summary>
    Restart,

    /// <summary>It failed at what it was started for; others wait for its exit code.</summary>
    Failed,

    /// <summary>What it lives in is gone; it waits for that to come back.</summary>
    WaitAgain,
}
