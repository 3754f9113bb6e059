using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.State;

/// <summary>The folder where a run's servers keep their data. One AppHost at a time owns it.</summary>
internal sealed class RunState : IDisposable
{
    private readonly string _folder;
    private readonly string _data;
    private readonly FileStream _lock;

    private RunState(string folder, bool isTemporary)
    {
        CreateFolder(folder);
        _folder = folder;
        _lock = Lock(folder);
        _data = IsClosedToServers(folder) ? Path.Combine("/var/lib/marketplace", NameFor(folder)) : Path.Combine(folder, "data");
        IsTemporary = isTemporary;
        PredecessorWasKilled = File.Exists(OwnerFile(folder));
        File.WriteAllText(OwnerFile(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether the folder goes when the run ends.</summary>
    public bool IsTemporary { get; }

    /// <summary>Whether the last owner ended without closing the folder, so that its processes may still be on their way out.</summary>
    public bool PredecessorWasKilled { get; }

    /// <summary>The state of a checkout: <c>.state</c> beside its AppHost project.</summary>
    /// <exception cref="DistributedApplicationException">Another AppHost of the same checkout runs.</exception>
    public static RunState Open(string appHostDirectory) => new(Path.Combine(appHostDirectory, ".state"), isTemporary: false);

    /// <summary>A state of this run alone, gone with it: for <c>--isolated</c> and tests.</summary>
    public static RunState OpenTemporary()
    {
        var parent = Path.GetTempPath();
        if (IsClosedToServers(parent))
        {
            parent = "/var/tmp";
        }

        return new(Path.Combine(parent, $"marketplace-{Guid.NewGuid():N}"), isTemporary: true);
    }

    /// <summary>
    /// Where a resource keeps its data. Not created. Usually below the state's folder; but when root starts a checkout in a folder closed to
    /// others (such as its home), below <c>/var/lib/marketplace</c>, because the database server has to run as another account.
    /// </summary>
    public string DataFolder(string resourceName) => Path.Combine(_data, resourceName);

    public void Dispose()
    {
        if (IsTemporary)
        {
            Directory.Delete(_folder, recursive: true);
        }
        else
        {
            File.Delete(OwnerFile(_folder));
        }

        _lock.Dispose();
    }

    private static string OwnerFile(string folder) => Path.Combine(folder, "owner");

    private static bool IsClosedToServers(string folder) => UnixAccount.IsRoot && UnixAccount.ObstacleFor(folder) is not null;

    private static string NameFor(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..16];

    private static void CreateFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            // Others may pass through, not look: started by root, the database server runs as another user below it.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
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
            throw new DistributedApplicationException(
                $"This checkout is running already ({(ReadOwner(folder) is { } owner ? $"process {owner}" : "another process")} holds '{folder}'). "
                + "End that one first, or run this one beside it with --isolated: free ports, a state folder of its own.");
        }
    }

    private static int? ReadOwner(string folder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(OwnerFile(folder)), CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (IOException)
        {
            return null; // it has only just started
        }
    }
}
