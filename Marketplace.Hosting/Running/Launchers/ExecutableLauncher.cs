using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.JavaScript;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Runs programs of this machine as they are; JavaScript applications are such, started by npm.</summary>
internal sealed class ExecutableLauncher(ProcessStarter starter) : IResourceLauncher
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public bool Handles(IResource resource) => resource is ExecutableResource;

    public async Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var resource = (ExecutableResource)context.Instance.Resource;
        var inputs = await starter.ResolveAsync(context.Instance, cancellationToken);
        var spec = new ProcessSpec(resource.Command, inputs.ArgumentValues)
        {
            Name = context.Instance.Id,
            WorkingDirectory = resource.WorkingDirectory,
            Environment = inputs.Variables,
        };
        if (resource is JavaScriptAppResource or JavaScriptInstallerResource && Executable.Find(resource.Command, resource.WorkingDirectory) is null)
        {
            throw new DistributedApplicationException($"It needs '{resource.Command}', which is not on PATH. Install Node.js: https://nodejs.org/");
        }

        return starter.Start(context, spec, new LaunchFacts { Source = inputs.Describe(resource.Command), Environment = inputs.Shown }, Grace);
    }
}
