using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Marketplace.Hosting.Processes;

/// <summary>Runs a program that ends by itself, and takes what it says.</summary>
internal static class ShortCommand
{
    /// <exception cref="ProcessStartException">No such program, or the system refuses to start it.</exception>
    public static async Task<CommandResult> RunAsync(ProcessSpec spec, CancellationToken cancellationToken, string input = "")
    {
        var program = Executable.Find(spec.FileName, spec.WorkingDirectory)
            ?? throw new ProcessStartException($"'{spec.FileName}' was not found.");
        var startInfo = new ProcessStartInfo(program, spec.Arguments)
        {
            WorkingDirectory = spec.WorkingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (spec.UserName is not null)
        {
            startInfo.UserName = spec.UserName;
        }

        try
        {
            using var process = Process.Start(startInfo)!;
            await using var killed = cancellationToken.Register(() => Kill(process));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading; its exit code and words say why.
            }

            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (Win32Exception e)
        {
            throw new ProcessStartException($"'{program}' could not be started: {e.Message}", e);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Ended meanwhile.
        }
    }
}

internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last few lines it wrote, errors first: for a message to a person.</summary>
    public string LastWords
    {
        get
        {
            var text = Errors.Trim().Length > 0 ? Errors : Output;
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length == 0 ? $"exit code {ExitCode}" : string.Join(" / ", lines.TakeLast(5));
        }
    }
}
