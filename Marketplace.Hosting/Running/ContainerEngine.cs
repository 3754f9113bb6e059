using CliWrap;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running;

/// <summary>Docker or Podman on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly string[] Programs = ["docker", "podman"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>What keeps containers from running here; null when nothing does.</summary>
    public static async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        var found = Programs.Where(program => Executable.Find(program) is not null).ToArray();
        foreach (var program in found)
        {
            if (await AnswersAsync(program, cancellationToken))
            {
                return null;
            }
        }

        return found.Length == 0
            ? $"neither {string.Join(" nor ", Programs)} is on PATH."
            : $"{string.Join(" and ", found)} on PATH does not answer: is its service running?";
    }

    private static async Task<bool> AnswersAsync(string program, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            // Docker's client answers "version" for itself; only "info" needs the service.
            return (await Cli.Wrap(program).WithArguments("info").RunAsync(limit.Token)).IsSuccess;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
