using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Orchestration;

namespace Marketplace.Hosting.Running.Commands;

/// <summary>Start, stop and restart, which every resource has that the engine starts.</summary>
internal static class LifecycleCommands
{
    /// <summary>Values are just there, and a database comes and goes with its server.</summary>
    public static bool Has(IResource resource) => resource is not (ParameterResource or ExternalServiceResource or PostgresDatabaseResource);

    public static IEnumerable<ResourceCommandAnnotation> Create(Supervisors supervisors) =>
    [
        Command(
            KnownResourceCommands.StartCommand, "Start", "Starts it.", "Play",
            snapshot => snapshot.HasEndedForGood || Is(snapshot, KnownResourceStates.NotStarted),
            (id, cancellationToken) => supervisors.Find(id).StartAsync(cancellationToken)),
        Command(
            KnownResourceCommands.StopCommand, "Stop", "Stops it until it is started again.", "Stop",
            snapshot => !snapshot.HasEndedForGood && !Is(snapshot, KnownResourceStates.NotStarted) && !Is(snapshot, KnownResourceStates.Stopping),
            (id, cancellationToken) => supervisors.Find(id).StopAsync(cancellationToken)),
        Command(
            KnownResourceCommands.RestartCommand, "Restart", "Stops it and starts it again.", "ArrowCounterclockwise",
            snapshot => Is(snapshot, KnownResourceStates.Running) || snapshot.RestartsAt is not null,
            (id, cancellationToken) => supervisors.Find(id).RestartAsync(cancellationToken)),
    ];

    private static ResourceCommandAnnotation Command(
        string name, string displayName, string description, string iconName, Func<CustomResourceSnapshot, bool> isEnabled, Func<string, CancellationToken, Task> execute) => new(
        name,
        displayName,
        context => isEnabled(context.ResourceSnapshot) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        async context =>
        {
            await execute(context.ResourceName, context.CancellationToken);
            return CommandResults.Success();
        },
        description,
        parameter: null,
        confirmationMessage: null,
        iconName,
        IconVariant.Filled,
        isHighlighted: true);

    private static bool Is(CustomResourceSnapshot snapshot, string state) => snapshot.State?.Text == state;
}
