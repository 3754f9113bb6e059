using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Adds environment variables when a resource is about to be started or published.</summary>
public sealed class EnvironmentCallbackAnnotation : IResourceAnnotation
{
    /// <summary>Runs <paramref name="callback"/> each time the environment is needed.</summary>
    public EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) => Callback = callback;

    /// <summary>Runs <paramref name="callback"/> each time the environment is needed.</summary>
    public EnvironmentCallbackAnnotation(Action<EnvironmentCallbackContext> callback)
        : this(context =>
        {
            callback(context);
            return Task.CompletedTask;
        })
    {
    }

    /// <summary>Sets one variable to a string or a value provider.</summary>
    internal EnvironmentCallbackAnnotation(string name, object value)
        : this(context => context.EnvironmentVariables[name] = value) => Value = value;

    /// <summary>Adds the variables.</summary>
    public Func<EnvironmentCallbackContext, Task> Callback { get; }

    /// <summary>The value set, where it is known without running the callback, so that what it refers to can be checked beforehand.</summary>
    internal object? Value { get; }
}

/// <summary>What an environment callback works on.</summary>
public sealed class EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource, Dictionary<string, object>? environmentVariables = null, CancellationToken cancellationToken = default)
{
    /// <summary>The variables so far: strings and value providers.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    /// <summary>The resource they are for.</summary>
    public IResource Resource => resource;

    /// <summary>Whether the model is run or published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext => executionContext;

    /// <summary>Ends the collecting.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Where the callback may write.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}
