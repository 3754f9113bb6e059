namespace Marketplace.Hosting.ApplicationModel;

/// <summary>A program on this machine.</summary>
public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>The program, found on the path unless it names a file.</summary>
    public string Command => command;

    /// <summary>The folder it starts in, absolute.</summary>
    public string WorkingDirectory => workingDirectory;
}
