using Marketplace.Hosting.Running.Commands;
using Marketplace.Hosting.Running.Orchestration;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>Gives commands to resources: the built-in <c>resource-start</c>, <c>resource-stop</c> and <c>resource-restart</c>, and those the model adds.</summary>
public sealed partial class ResourceCommandService
{
    private readonly Supervisors _supervisors;
    private readonly ResourceNotificationService _notifications;
    private readonly IServiceProvider _services;
    private readonly ILogger<ResourceCommandService> _logger;

    internal ResourceCommandService(Supervisors supervisors, ResourceNotificationService notifications, IServiceProvider services, ILogger<ResourceCommandService> logger)
    {
        _supervisors = supervisors;
        _notifications = notifications;
        _services = services;
        _logger = logger;
    }

    /// <summary>Gives a command to a resource.</summary>
    /// <param name="resourceId">One instance's id, or a resource's name: then every instance of it gets the command.</param>
    /// <param name="commandName">The command's name.</param>
    /// <param name="cancellationToken">Calls the command off.</param>
    /// <returns>Success, or why not; an unknown resource or command is a failure with a message. After a successful start or
    /// restart the present state is one of the new start, so that waiting for health cannot see the state before.</returns>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        ArgumentException.ThrowIfNullOrEmpty(commandName);
        var instances = _notifications.Current
            .Where(current => IsCalled(current.ResourceId, resourceId))
            .DefaultIfEmpty()
            .SelectMany(found => found is not null ? [found] : _notifications.Current.Where(current => IsCalled(current.Resource.Name, resourceId)))
            .ToArray();
        if (instances.Length == 0)
        {
            return CommandResults.Failure($"There is no resource '{resourceId}'.");
        }

        var results = await Task.WhenAll(instances.Select(instance => ExecuteAsync(instance, commandName, cancellationToken)));
        return results.FirstOrDefault(result => !result.Success) ?? results[0];
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(ResourceEvent instance, string commandName, CancellationToken cancellationToken)
    {
        try
        {
            var command = Of(instance.Resource).FirstOrDefault(known => IsCalled(known.Name, commandName));
            if (command is null)
            {
                return CommandResults.Failure($"'{instance.ResourceId}' has no command '{commandName}'.");
            }

            Log.Executing(_logger, commandName, instance.ResourceId);
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                ServiceProvider = _services,
                ResourceName = instance.ResourceId,
                CancellationToken = cancellationToken,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception exception)
        {
            // A command of the model may throw anything; whoever gave it is told.
            Log.Failed(_logger, exception, commandName, instance.ResourceId);
            return CommandResults.Failure(exception);
        }
    }

    /// <summary>The commands of a resource: those every started resource has, and the model's.</summary>
    internal IEnumerable<ResourceCommandAnnotation> Of(IResource resource) =>
        (LifecycleCommands.Has(resource) ? LifecycleCommands.Create(_supervisors) : []).Concat(resource.Annotations.OfType<ResourceCommandAnnotation>());

    /// <summary>Whether a command can be given to an instance now.</summary>
    internal ResourceCommandState StateOf(ResourceCommandAnnotation command, CustomResourceSnapshot snapshot) =>
        command.UpdateState(new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = _services });

    private static bool IsCalled(string name, string asked) => string.Equals(name, asked, StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Command {Command} to {Resource}.")]
        public static partial void Executing(ILogger logger, string command, string resource);

        [LoggerMessage(2, LogLevel.Warning, "Command {Command} to {Resource} failed.")]
        public static partial void Failed(ILogger logger, Exception exception, string command, string resource);
    }
}
