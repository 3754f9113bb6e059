using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.State;

/// <summary>Ends the processes of a run whose AppHost is gone: exactly those, never another that has one's number now.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks first, so that databases close in order; ends what still runs after the grace period.</summary>
    /// <returns>How many processes were found running.</returns>
    public static async Task<int> EndAsync(string stateFolder, string runId, TimeSpan grace, CancellationToken cancellationToken = default)
    {
        var entries = ProcessLedger.Read(stateFolder);
        var running = entries.Where(entry => entry.Process.IsAlive).ToList();
        foreach (var entry in running)
        {
            Signals.RequestStop(entry.Process.Id, entry.StopSignal);
        }

        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            deadline.CancelAfter(grace);
            try
            {
                while (running.Exists(entry => entry.Process.IsAlive))
                {
                    await Task.Delay(Poll, deadline.Token);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Asked long enough.
            }
        }

        foreach (var entry in running.Where(entry => entry.Process.IsAlive))
        {
            Signals.KillTree(entry.Process.Id);
        }

        var strays = await EndStraysAsync(runId, cancellationToken);
        foreach (var entry in running)
        {
            while (entry.Process.IsAlive)
            {
                await Task.Delay(Poll, cancellationToken);
            }
        }

        foreach (var entry in entries)
        {
            File.Delete(entry.File);
        }

        return running.Count + strays;
    }

    /// <summary>
    /// Descendants that outlived the process which started them, and processes started in the very instant in which the
    /// AppHost was killed. Looked for until none is found, because a stray may be starting another.
    /// </summary>
    private static async Task<int> EndStraysAsync(string runId, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || runId.Length == 0)
        {
            return 0;
        }

        var entry = $"{ProcessLedger.RunVariable}={runId}";
        var ended = new HashSet<int>();
        while (true)
        {
            var found = LinuxProcess.AllIds()
                .Where(id => id != Environment.ProcessId && LinuxProcess.HasEnvironment(id, entry) && ProcessIdentity.Of(id) is not null)
                .ToList();
            if (found.Count == 0)
            {
                return ended.Count;
            }

            foreach (var id in found)
            {
                Signals.KillTree(id);
                ended.Add(id);
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }
}
