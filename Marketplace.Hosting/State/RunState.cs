using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.State;

/// <summary>
/// What a run keeps on disk: data of the servers, generated secrets, the ledger of started processes. One AppHost at a
/// time owns it.
/// </summary>
internal sealed class RunState : IAsyncDisposable
{
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(10);

    private readonly string _data;
    private readonly FileStream _lock;
    private readonly Watchdog _watchdog;

    private RunState(string folder, bool isTemporary, FileStream lockFile, ProcessLedger ledger, Watchdog watchdog, int endedLeftovers)
    {
        Folder = folder;
        _data = IsClosedToServers(folder) ? Path.Combine("/var/lib/marketplace", NameFor(folder)) : Path.Combine(folder, "data");
        IsTemporary = isTemporary;
        _lock = lockFile;
        _watchdog = watchdog;
        Ledger = ledger;
        EndedLeftovers = endedLeftovers;
        Secrets = new GeneratedSecrets(Path.Combine(folder, "secrets.json"));
    }

    public string Folder { get; }

    /// <summary>Whether the folder goes when the run ends.</summary>
    public bool IsTemporary { get; }

    public ProcessLedger Ledger { get; }

    public GeneratedSecrets Secrets { get; }

    /// <summary>How many processes of a killed predecessor were still running and have been ended.</summary>
    public int EndedLeftovers { get; }

    /// <summary>The state of a checkout: <c>.state</c> beside its AppHost project.</summary>
    /// <exception cref="StateInUseException">Another AppHost of the same checkout runs.</exception>
    public static Task<RunState> OpenAsync(string appHostDirectory, CancellationToken cancellationToken) =>
        OpenAsync(Path.Combine(appHostDirectory, ".state"), isTemporary: false, cancellationToken);

    /// <summary>A state of this run alone, gone with it: for <c>--isolated</c> and tests.</summary>
    public static Task<RunState> OpenTemporaryAsync(CancellationToken cancellationToken)
    {
        var parent = Path.GetTempPath();
        if (IsClosedToServers(parent))
        {
            parent = "/var/tmp";
        }

        return OpenAsync(Path.Combine(parent, $"marketplace-{Guid.NewGuid():N}"), isTemporary: true, cancellationToken);
    }

    /// <summary>
    /// Where a resource keeps its data. Not created. Usually below <see cref="Folder"/>; but when root starts a checkout
    /// in a folder closed to others (such as its home), below <c>/var/lib/marketplace</c>, because the database server
    /// has to run as another account.
    /// </summary>
    public string DataFolder(string resourceName) => Path.Combine(_data, resourceName);

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        await _lock.DisposeAsync();
        if (IsTemporary)
        {
            Watchdog.DeleteFolder(Folder);
        }
    }

    private static async Task<RunState> OpenAsync(string folder, bool isTemporary, CancellationToken cancellationToken)
    {
        CreateFolder(folder);
        var lockFile = Lock(folder);
        try
        {
            var ownerFile = Path.Combine(folder, "owner");
            var predecessor = File.Exists(ownerFile) ? await File.ReadAllLinesAsync(ownerFile, cancellationToken) : [];
            var ended = await Leftovers.EndAsync(folder, predecessor.ElementAtOrDefault(1) ?? "", LeftoverGrace, cancellationToken);

            var runId = Guid.NewGuid().ToString("N");
            await File.WriteAllLinesAsync(ownerFile, [Environment.ProcessId.ToString(CultureInfo.InvariantCulture), runId], cancellationToken);
            var ledger = new ProcessLedger(folder, runId);
            return new RunState(folder, isTemporary, lockFile, ledger, Watchdog.Start(folder, runId, isTemporary), ended);
        }
        catch
        {
            await lockFile.DisposeAsync();
            throw;
        }
    }

    private static bool IsClosedToServers(string folder) => UnixAccount.IsRoot && UnixAccount.ObstacleFor(folder) is not null;

    private static string NameFor(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..16];

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        // Others may pass through, not look: started by root, the database server runs as another user below it.
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>The system lets go of the lock when its holder ends, however it ends.</summary>
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new StateInUseException(folder, ReadOwner(folder));
        }
    }

    private static int? ReadOwner(string folder)
    {
        try
        {
            return int.TryParse(File.ReadLines(Path.Combine(folder, "owner")).FirstOrDefault(), out var id) ? id : null;
        }
        catch (IOException)
        {
            return null; // it has only just started
        }
    }
}

/// <summary>Another AppHost of the same checkout runs.</summary>
internal sealed class StateInUseException(string folder, int? owner) : Exception(
    $"This checkout is running already ({(owner is null ? "another process" : $"process {owner}")} holds '{folder}'). "
    + "End that one first, or run this one beside it with --isolated: free ports, a state folder of its own.")
{
    /// <summary>The process id of the AppHost that runs, where it is known.</summary>
    public int? Owner { get; } = owner;
}
