using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marketplace.Hosting.Processes;

/// <summary>What .NET's Process cannot send: a polite request to end.</summary>
internal static partial class Signals
{
    private const int Kill = 9;

    /// <summary>Asks a process to end. Harmless when it has ended already.</summary>
    public static void RequestStop(int processId, StopSignal signal)
    {
        if (OperatingSystem.IsWindows())
        {
            // Processes are started in a group of their own there, which Ctrl+Break reaches and Ctrl+C does not.
            const uint CtrlBreak = 1;
            _ = GenerateConsoleCtrlEvent(CtrlBreak, (uint)processId);
        }
        else
        {
            _ = SendSignal(processId, (int)signal);
        }
    }

    /// <summary>Ends a process, its descendants and whatever is left in its process group.</summary>
    public static void KillTree(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // Ended meanwhile.
        }

        KillGroup(processId);
    }

    /// <summary>
    /// Ends what a process left behind in its group, after the process itself is gone. The number cannot belong to
    /// someone else while one of the group still lives (POSIX: an id is not reused while a group bears it).
    /// </summary>
    public static void KillGroup(int processGroupId)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(-processGroupId, Kill);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint controlEvent, uint processGroupId);
}
