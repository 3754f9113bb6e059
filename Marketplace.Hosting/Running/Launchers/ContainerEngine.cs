using System.Diagnostics;
using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Docker or Podman on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly string[] Programs = ["docker", "podman"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The name by which a container reaches this machine's loopback where it does not share the network.</summary>
    public const string HostName = "host.docker.internal";

    /// <summary>
    /// Whether a container shares the machine's network. On Linux it does as soon as it may be told an address: the servers
    /// of the model listen on loopback, which it could not reach otherwise. One that only listens has its ports mapped, so
    /// that they are on loopback and may be others than its own. Elsewhere the engine runs in a virtual machine, maps all
    /// ports and reaches loopback by a name.
    /// </summary>
    public static bool SharesNetwork(IResource resource) => OperatingSystem.IsLinux() && !OnlyListens(resource);

    /// <summary>Whether the engine makes the endpoint's port out of the container's.</summary>
    public static bool MapsPorts(IResource resource) => resource is ContainerResource && !resource.IsNativeServer() && !SharesNetwork(resource);

    /// <summary>The program of an engine that answers.</summary>
    /// <exception cref="MissingRuntimeException">There is none; the message says what was tried.</exception>
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var found = Programs.Where(program => Executable.Find(program) is not null).ToArray();
        foreach (var program in found)
        {
            if (await AnswersAsync(program, cancellationToken))
            {
                return program;
            }
        }

        throw new MissingRuntimeException(found.Length == 0
            ? $"It needs a container engine, and neither {string.Join(" nor ", Programs)} is on PATH."
            : $"It needs a container engine, and {string.Join(" and ", found)} on PATH does not answer: is its service running?");
    }

    private static bool OnlyListens(IResource resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Any()
        && !resource.Annotations.Any(annotation => annotation is EnvironmentCallbackAnnotation or CommandLineArgsCallbackAnnotation or ResourceRelationshipAnnotation or OtlpExporterAnnotation);

    private static async Task<bool> AnswersAsync(string program, CancellationToken cancellationToken)
    {
        // Docker's client answers "version" for itself; only "info" needs the service.
        using var process = Process.Start(new ProcessStartInfo(program, ["info"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token), process.WaitForExitAsync(limit.Token));
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return false;
        }
    }
}
