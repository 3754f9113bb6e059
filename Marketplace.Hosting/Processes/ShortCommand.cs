using System.ComponentModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Marketplace.Hosting.Servers;

namespace Marketplace.Hosting.Processes;

/// <summary>Programs that end by themselves.</summary>
internal static class ShortCommand
{
    /// <summary>Runs a program and takes what it writes. Its exit code is for the caller to judge; when cancelled, it is killed with its children.</summary>
    /// <exception cref="ServerSetupException">No such program, or the system refuses to start it.</exception>
    public static async Task<BufferedCommandResult> RunAsync(this Command command, CancellationToken cancellationToken)
    {
        try
        {
            return await command.WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Encoding.UTF8, cancellationToken);
        }
        catch (Win32Exception e)
        {
            throw new ServerSetupException($"'{command.TargetFilePath}' could not be started: {e.Message}", e);
        }
    }

    /// <summary>The account to run as, for servers that refuse to run as root; the AppHost's own when null.</summary>
    public static Command WithUser(this Command command, string? userName) => userName is null ? command : command.WithCredentials(new Credentials(userName: userName));

    /// <summary>The last few lines it wrote, errors rather than output: for a message to a person.</summary>
    public static string LastLines(this BufferedCommandResult result)
    {
        var text = string.IsNullOrWhiteSpace(result.StandardError) ? result.StandardOutput : result.StandardError;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? $"exit code {result.ExitCode}" : string.Join(" / ", lines.TakeLast(5));
    }
}
