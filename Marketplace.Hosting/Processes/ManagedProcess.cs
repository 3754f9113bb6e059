using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Processes;

/// <summary>
/// A child process of the AppHost. It runs in a session of its own, so that Ctrl+C in the terminal reaches the AppHost
/// alone, which then stops its children in order; and it stands in the ledger while it lives, so that it is found and
/// ended even when the AppHost was killed.
/// </summary>
internal sealed class ManagedProcess : IDisposable
{
    private static readonly TimeSpan OutputDrain = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessSpec _spec;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ManagedProcess(Process process, ProcessSpec spec, ProcessIdentity identity, DateTimeOffset startTime)
    {
        _process = process;
        _spec = spec;
        Identity = identity;
        StartTime = startTime;
    }

    public int Id => Identity.Id;

    public ProcessIdentity Identity { get; }

    public DateTimeOffset StartTime { get; }

    /// <summary>Completes with the exit code (128 + signal number when ended by one) after the last line of output.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Starts a process. Lines arrive from two threads (output, errors), each in its own order.</summary>
    /// <exception cref="ProcessStartException">No such program or folder, or the system refuses to start it.</exception>
    public static ManagedProcess Start(ProcessSpec spec, Action<ConsoleLine> onLine, ProcessLedger ledger, TimeProvider? timeProvider = null)
    {
        var time = timeProvider ?? TimeProvider.System;
        var startInfo = CreateStartInfo(spec, ledger);
        Process process;
        try
        {
            process = Process.Start(startInfo)!;
        }
        catch (Win32Exception e)
        {
            throw new ProcessStartException($"'{spec.FileName}' could not be started: {e.Message}", e);
        }

        // One that ended at once is no longer to be identified, and needs no place in the ledger.
        var identity = ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, "ended");
        ledger.Add(identity, spec);
        process.StandardInput.Close();

        var managed = new ManagedProcess(process, spec, identity, time.GetUtcNow());
        var pumps = Task.WhenAll(
            managed.Pump(process.StandardOutput, isError: false, onLine, time),
            managed.Pump(process.StandardError, isError: true, onLine, time));
        _ = managed.CompleteAsync(pumps, ledger);
        return managed;
    }

    /// <summary>Asks the process to end; after the grace period, or when cancelled, ends it and its descendants.</summary>
    public async Task<int> StopAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        if (!_exited.Task.IsCompleted)
        {
            Signals.RequestStop(Id, _spec.StopSignal);
            try
            {
                return await _exited.Task.WaitAsync(grace, cancellationToken);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                Kill();
            }
        }

        return await _exited.Task;
    }

    /// <summary>Ends the process and its descendants at once.</summary>
    public void Kill()
    {
        if (Identity.IsAlive)
        {
            Signals.KillTree(Id);
        }
    }

    public void Dispose() => _process.Dispose();

    private static ProcessStartInfo CreateStartInfo(ProcessSpec spec, ProcessLedger ledger)
    {
        if (spec.WorkingDirectory is { } folder && !Directory.Exists(folder))
        {
            throw new ProcessStartException($"'{spec.FileName}' could not be started: its working directory '{folder}' does not exist.");
        }

        var program = Executable.Find(spec.FileName, spec.WorkingDirectory)
            ?? throw new ProcessStartException($"'{spec.FileName}' could not be started: there is no such program{(Path.IsPathRooted(spec.FileName) ? "" : " on PATH")}, or it may not be executed.");
        string[] command = [.. OwnSession(), program, .. spec.Arguments];
        var startInfo = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = spec.WorkingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (OperatingSystem.IsWindows())
        {
            startInfo.CreateNewProcessGroup = true;
        }

        if (spec.UserName is not null)
        {
            startInfo.UserName = spec.UserName;
        }

        startInfo.Environment[ProcessLedger.RunVariable] = ledger.RunId;
        foreach (var (name, value) in spec.Environment)
        {
            if (value is null)
            {
                startInfo.Environment.Remove(name);
            }
            else
            {
                startInfo.Environment[name] = value;
            }
        }

        return startInfo;
    }

    /// <summary>
    /// A program that makes its process leader of a new session and becomes the given command, with the same id.
    /// (Not a shell: dash drops environment variables whose names hold a hyphen.)
    /// </summary>
    public static string[] OwnSession() =>
        OperatingSystem.IsWindows() ? []
        : Executable.Find("setsid") is { } setsid ? [setsid]
        : Executable.Find("perl") is { } perl ? [perl, "-MPOSIX=setsid", "-e", "setsid; exec { $ARGV[0] } @ARGV or die \"$ARGV[0]: $!\\n\""]
        : [];

    /// <summary>A thread each, not the pool: reading a pipe blocks, and two dozen blocked readers would starve the pool.</summary>
    private Task Pump(StreamReader reader, bool isError, Action<ConsoleLine> onLine, TimeProvider time)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    foreach (var line in LineReader.ReadLines(reader))
                    {
                        onLine(new ConsoleLine(time.GetUtcNow(), isError, line));
                    }
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                    // The process is gone and its pipe with it.
                }
                finally
                {
                    done.SetResult();
                }
            },
            maxStackSize: 256 * 1024)
        {
            IsBackground = true,
            Name = $"{_spec.Name} {(isError ? "errors" : "output")}",
        };
        thread.Start();
        return done.Task;
    }

    private async Task CompleteAsync(Task pumps, ProcessLedger ledger)
    {
        // Waits for the exit alone; the overload of .NET that also waits for the end of the output would hang on a
        // grandchild that keeps the pipe.
        var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => exit.TrySetResult();
        if (_process.HasExited)
        {
            exit.TrySetResult();
        }

        await exit.Task;
        Signals.KillGroup(Id);
        await Task.WhenAny(pumps, Task.Delay(OutputDrain));
        ledger.Remove(Identity);
        _exited.SetResult(_process.ExitCode);
    }
}

/// <summary>A process could not be started; the message names the program and the reason.</summary>
internal sealed class ProcessStartException(string message, Exception? inner = null) : Exception(message, inner);
