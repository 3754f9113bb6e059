using System.Runtime.InteropServices;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running;

/// <summary>The controllers of Aspire's orchestrator: a process that outlives the AppHost, because it looks for the end of its server only every two seconds.</summary>
internal static partial class OrchestratorProcess
{
    private const int SigTerm = 15;
    private const int MaxLooks = 100;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether there is a /proc to find them in.</summary>
    public static bool CanFind => OperatingSystem.IsLinux();

    /// <summary>The controllers that belong to this AppHost; 0 where there is no /proc to find them in.</summary>
    public static int Find()
    {
        if (!CanFind)
        {
            return 0;
        }

        var commands = LinuxProcess.AllIds().Select(id => (Id: id, Command: LinuxProcess.CommandOf(id))).ToArray();
        var server = commands.FirstOrDefault(process => Monitors(process.Command, "start-apiserver", Environment.ProcessId)).Id;
        return commands.FirstOrDefault(process => Monitors(process.Command, "run-controllers", server)).Id;
    }

    /// <summary>Asks the controllers to end, once everything that they run has, and waits for it for about 2 s.</summary>
    public static async Task EndAsync(int controllers)
    {
        if (controllers == 0 || !Terminate(controllers))
        {
            return;
        }

        // Process.WaitForExitAsync looks ever more rarely at a process that is not its own child.
        for (var look = 0; look < MaxLooks && IsRunning(controllers); look++)
        {
            await Task.Delay(BetweenLooks);
        }
    }

    /// <summary>Whether a process has not ended; an ended one has no command.</summary>
    public static bool IsRunning(int id) => LinuxProcess.CommandOf(id) is [_, _, ..];

    /// <summary>Sends SIGTERM; false when there is no such process.</summary>
    public static bool Terminate(int id) => Kill(id, SigTerm) == 0;

    private static bool Monitors(string[] command, string verb, int id) =>
        command.Contains(verb, StringComparer.Ordinal) && command.SkipWhile(word => word != "--monitor").ElementAtOrDefault(1) == $"{id}";

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
