using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>An instance that is a process.</summary>
internal sealed class RunningProcess(ManagedProcess process, TimeSpan grace, LaunchFacts facts, Func<int, Afterwards> afterwards) : IRunningResource
{
    public LaunchFacts Facts { get; } = facts with { ProcessId = process.Id };

    public Task<Ending> Ended { get; } = AwaitAsync(process, afterwards);

    public async Task StopAsync(CancellationToken hurry)
    {
        await process.StopAsync(grace, hurry);
        await Ended;
    }

    private static async Task<Ending> AwaitAsync(ManagedProcess process, Func<int, Afterwards> afterwards)
    {
        var exitCode = await process.Exited;
        process.Dispose();
        return new Ending(afterwards(exitCode), exitCode);
    }
}
