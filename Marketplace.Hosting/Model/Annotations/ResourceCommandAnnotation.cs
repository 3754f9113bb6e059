namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Something a person (or a test) can tell a resource to do.</summary>
public sealed class ResourceCommandAnnotation(
    string name,
    string displayName,
    Func<UpdateCommandStateContext, ResourceCommandState> updateState,
    Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
    string? displayDescription,
    object? parameter,
    string? confirmationMessage,
    string? iconName,
    IconVariant? iconVariant,
    bool isHighlighted) : IResourceAnnotation
{
    /// <summary>The command's name, unique in its resource.</summary>
    public string Name => name;

    /// <summary>What the dashboard shows.</summary>
    public string DisplayName => displayName;

    /// <summary>Whether the command can be given in a state.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState => updateState;

    /// <summary>Carries the command out.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand => executeCommand;

    /// <summary>A sentence for the dashboard.</summary>
    public string? DisplayDescription => displayDescription;

    /// <summary>A value for the command.</summary>
    public object? Parameter => parameter;

    /// <summary>What is asked before it is carried out.</summary>
    public string? ConfirmationMessage => confirmationMessage;

    /// <summary>The icon's name.</summary>
    public string? IconName => iconName;

    /// <summary>Whether the icon is filled.</summary>
    public IconVariant? IconVariant => iconVariant;

    /// <summary>Whether the dashboard shows it beside the resource rather than in a menu.</summary>
    public bool IsHighlighted => isHighlighted;
}

/// <summary>Whether a command can be given.</summary>
public enum ResourceCommandState
{
    /// <summary>It can.</summary>
    Enabled,

    /// <summary>Not now.</summary>
    Disabled,

    /// <summary>It is not shown.</summary>
    Hidden,
}

/// <summary>The state of a resource, to decide whether a command can be given.</summary>
public sealed class UpdateCommandStateContext
{
    /// <summary>The resource's state.</summary>
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }
}

/// <summary>What a command works on.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The application's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The resource (or the copy of it) the command was given to.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Ends the command.</summary>
    public required CancellationToken CancellationToken { get; init; }
}

/// <summary>How a command ended.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it was carried out.</summary>
    public required bool Success { get; init; }

    /// <summary>Whether it was called off.</summary>
    public bool Canceled { get; init; }

    /// <summary>Why it failed.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>Makes results of commands.</summary>
public static class CommandResults
{
    /// <summary>It was carried out.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It failed.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, ErrorMessage = errorMessage };

    /// <summary>It failed.</summary>
    public static ExecuteCommandResult Failure(Exception exception) => Failure(exception?.Message);

    /// <summary>It was called off.</summary>
    public static ExecuteCommandResult Canceled() => new() { Success = false, Canceled = true };
}

/// <summary>The commands that every running resource has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts a resource that does not run.</summary>
    public static readonly string StartCommand = "resource-start";

    /// <summary>Stops a resource.</summary>
    public static readonly string StopCommand = "resource-stop";

    /// <summary>Stops a resource and starts it again.</summary>
    public static readonly string RestartCommand = "resource-restart";
}

/// <summary>How a command looks and when it can be given.</summary>
public class CommandOptions
{
    /// <summary>A sentence for the dashboard.</summary>
    public string? Description { get; set; }

    /// <summary>A value for the command.</summary>
    public object? Parameter { get; set; }

    /// <summary>What is asked before it is carried out.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>The icon's name.</summary>
    public string? IconName { get; set; }

    /// <summary>Whether the icon is filled.</summary>
    public IconVariant? IconVariant { get; set; }

    /// <summary>Whether the dashboard shows it beside the resource rather than in a menu.</summary>
    public bool IsHighlighted { get; set; }

    /// <summary>Whether it can be given in a state; by default while the resource runs and is healthy.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}

/// <summary>How a command that sends an HTTP request looks, and what it sends.</summary>
public sealed class HttpCommandOptions : CommandOptions
{
    /// <summary>The method; POST by default.</summary>
    public HttpMethod? Method { get; set; }
}
