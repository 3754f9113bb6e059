using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Programs on this machine.</summary>
public static class ExecutableExtensions
{
    /// <summary>Adds a program, started in a folder relative to the AppHost's.</summary>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var executable = builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory)));
        return args is { Length: > 0 } ? executable.WithArgs(args) : executable;
    }
}
