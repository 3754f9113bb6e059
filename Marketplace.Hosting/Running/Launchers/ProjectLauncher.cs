using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Runs a project from what was built with the AppHost, without building again.</summary>
internal sealed class ProjectLauncher(ProcessStarter starter) : IResourceLauncher
{
    /// <summary>A service finishes the work it has begun, for which its own defaults give it 25 s.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public bool Handles(IResource resource) => resource is ProjectResource;

    public async Task<IRunningResource> StartAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var resource = context.Instance.Resource;
        var project = resource.Annotations.OfType<IProjectMetadata>().Last();
        if (project.TargetPath is not { } assembly || !File.Exists(assembly))
        {
            throw new DistributedApplicationException(
                $"What is built from '{project.ProjectPath}' is missing{(project.TargetPath is { } path ? $" ({path})" : "")}. Build it with: dotnet build \"{project.ProjectPath}\"");
        }

        var inputs = await starter.ResolveAsync(context.Instance, cancellationToken);
        var spec = new ProcessSpec(EngineCommand.DotNetHost(), [assembly, .. inputs.ArgumentValues])
        {
            Name = context.Instance.Id,
            WorkingDirectory = Path.GetDirectoryName(project.ProjectPath), // Where its appsettings.json is.
            Environment = inputs.Variables,
        };
        return starter.Start(context, spec, new LaunchFacts { Source = project.ProjectPath, Environment = inputs.Shown }, Grace);
    }
}
