namespace Marketplace.Hosting.Running.Launchers;

/// <summary>An instance that is there without a process of its own.</summary>
/// <param name="facts">What is known about it.</param>
/// <param name="ended">Completes when it ends by itself; null when it never does.</param>
internal sealed class RunningWithoutProcess(LaunchFacts facts, Task<Ending>? ended = null) : IRunningResource
{
    public LaunchFacts Facts => facts;

    public Task<Ending> Ended { get; } = ended ?? new TaskCompletionSource<Ending>().Task;

    public Task StopAsync(CancellationToken hurry) => Task.CompletedTask;
}
