namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Adds arguments when a resource is about to be started or published.</summary>
public sealed class CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>Adds the arguments.</summary>
    public Func<CommandLineArgsCallbackContext, Task> Callback => callback;
}

/// <summary>What an argument callback works on.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    /// <summary>The arguments so far: strings and value providers.</summary>
    public IList<object> Args => args;

    /// <summary>The resource they are for.</summary>
    public IResource Resource => resource;

    /// <summary>Whether the model is run or published.</summary>
    public required DistributedApplicationExecutionContext ExecutionContext { get; init; }

    /// <summary>Ends the collecting.</summary>
    public CancellationToken CancellationToken => cancellationToken;
}
