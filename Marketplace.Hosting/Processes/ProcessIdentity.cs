using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Hosting.Processes;

/// <summary>
/// A process that cannot be mistaken for a later one with the same id: the id and an exact mark of its start.
/// On Linux the mark is the kernel's start tick and boot id, because <see cref="Process.StartTime"/> is derived there
/// from the wall clock and differs between observers.
/// </summary>
internal readonly record struct ProcessIdentity(int Id, string StartMark)
{
    private static readonly string BootId = OperatingSystem.IsLinux() && File.Exists("/proc/sys/kernel/random/boot_id")
        ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()[..8]
        : "";

    /// <summary>Whether this very process still runs. One that has ended and waits for its parent counts as ended.</summary>
    public bool IsAlive => Of(Id) == this;

    /// <summary>The process that has this id now; null when there is none.</summary>
    public static ProcessIdentity? Of(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            return LinuxProcess.Read(processId) is { State: not ('Z' or 'X') } process
                ? new ProcessIdentity(processId, string.Create(CultureInfo.InvariantCulture, $"{process.StartTicks}-{BootId}"))
                : null;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : new ProcessIdentity(processId, process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>As written by <see cref="ToString"/>; null for anything else.</summary>
    public static ProcessIdentity? Parse(string text) =>
        text.Split('.') is [var id, { Length: > 0 } mark] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ProcessIdentity(number, mark)
            : null;

    /// <summary>A form that can be a file's name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}.{StartMark}");
}
