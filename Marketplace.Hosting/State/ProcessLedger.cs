using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.State;

/// <summary>
/// The processes a run has started and not yet seen end: one file each, named for the process's identity, so that
/// adding and removing are atomic and a reader never sees half an entry.
/// </summary>
internal sealed class ProcessLedger
{
    /// <summary>
    /// Every child carries the run's id under this name, and its own children inherit it: so that Linux can find those
    /// which the ledger does not know (a grandchild; one started in the instant in which the AppHost was killed).
    /// </summary>
    public const string RunVariable = "MARKETPLACE_RUN";

    private readonly string _folder;

    public ProcessLedger(string stateFolder, string runId)
    {
        _folder = FolderOf(stateFolder);
        RunId = runId;
        Directory.CreateDirectory(_folder);
    }

    public string RunId { get; }

    public void Add(ProcessIdentity process, ProcessSpec spec) =>
        File.WriteAllText(Path.Combine(_folder, process.ToString()), $"{spec.StopSignal} {spec.Name}");

    public void Remove(ProcessIdentity process)
    {
        try
        {
            File.Delete(Path.Combine(_folder, process.ToString()));
        }
        catch (DirectoryNotFoundException)
        {
            // A temporary state folder, removed already.
        }
    }

    public static IReadOnlyList<LedgerEntry> Read(string stateFolder)
    {
        var folder = FolderOf(stateFolder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var entries = new List<LedgerEntry>();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (ProcessIdentity.Parse(Path.GetFileName(file)) is { } identity)
            {
                entries.Add(new LedgerEntry(identity, ReadSignal(file), file));
            }
        }

        return entries;
    }

    private static StopSignal ReadSignal(string file)
    {
        try
        {
            return Enum.TryParse<StopSignal>(File.ReadAllText(file).Split(' ')[0], out var signal) ? signal : StopSignal.Terminate;
        }
        catch (IOException)
        {
            return StopSignal.Terminate;
        }
    }

    private static string FolderOf(string stateFolder) => Path.Combine(stateFolder, "processes");
}

internal sealed record LedgerEntry(ProcessIdentity Process, StopSignal StopSignal, string File);
