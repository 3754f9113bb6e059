using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marketplace.Hosting.State;

/// <summary>
/// A small process that outlives a killed AppHost just long enough to end its children. It reads a pipe which only the
/// AppHost holds open: the system closes it when the AppHost ends, however it ends. (The kernel's parent-death signal
/// would not do: it is bound to the thread that started the child, and .NET's threads come and go.)
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    /// <summary>Longer than the slowest server needs to close in order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    public const string Command = "watchdog";

    private readonly Process _process;

    private Watchdog(Process process) => _process = process;

    public static Watchdog Start(string stateFolder, string runId, bool deleteFolder)
    {
        string[] own = Processes.ManagedProcess.OwnSession();
        string[] command = [.. own, .. EngineCommand.For(Command, stateFolder, runId, deleteFolder ? "delete" : "keep")];
        var startInfo = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };

        // Not one of the run's children: it must survive them. And it must be small.
        startInfo.Environment.Remove(ProcessLedger.RunVariable);
        startInfo.Environment["DOTNET_TieredCompilation"] = "1";
        startInfo.Environment["DOTNET_gcServer"] = "0";
        startInfo.Environment["DOTNET_GCHeapHardLimit"] = "0x2000000";
        return new Watchdog(Process.Start(startInfo)!);
    }

    /// <summary>Dismisses it: the run ended in order.</summary>
    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            try
            {
                await _process.StandardInput.WriteLineAsync("done");
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It was ended by someone else; the next start still looks for leftovers.
            }

            await _process.WaitForExitAsync();
        }
    }

    /// <summary>The watchdog process itself.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var folder, var runId, var afterwards])
        {
            return 2;
        }

        // Whoever ends the AppHost's terminal or session must not end this with it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        if (await Console.In.ReadLineAsync() == "done")
        {
            return 0;
        }

        await Leftovers.EndAsync(folder, runId, Grace);
        if (afterwards == "delete")
        {
            DeleteFolder(folder);
        }

        return 0;
    }

    /// <summary>A process that has just ended may still be losing its last file.</summary>
    public static void DeleteFolder(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (Exception e) when (attempt < 20 && e is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(50);
            }
        }
    }
}
