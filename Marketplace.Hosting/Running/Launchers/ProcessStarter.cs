using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Running.Orchestration;

namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Starts the process of an instance: its environment and arguments from the model, its output to its log, itself into the ledger.</summary>
internal sealed class ProcessStarter(
    DistributedApplicationModel model, EnvironmentResolver resolver, CurrentRunState state, RunTelemetry telemetry, TimeProvider time)
{
    /// <summary>What the model says an instance's process is given.</summary>
    /// <exception cref="DistributedApplicationException">A value cannot be had.</exception>
    public async Task<ProcessInputs> ResolveAsync(ResourceInstance instance, CancellationToken cancellationToken) => new(
        await resolver.GetEnvironmentAsync(instance, telemetry.Target, cancellationToken),
        await resolver.GetArgumentsAsync(instance, cancellationToken));

    /// <summary>Starts a process that may end when its work is done.</summary>
    /// <param name="context">The instance.</param>
    /// <param name="spec">The process.</param>
    /// <param name="facts">What is known about it.</param>
    /// <param name="grace">How long it may take to end when asked to.</param>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public IRunningResource Start(LaunchContext context, ProcessSpec spec, LaunchFacts facts, TimeSpan grace)
    {
        var isAwaited = Dependencies.IsAwaitedForCompletion(context.Instance.Resource, model.Resources);
        return Start(context, spec, facts, grace, exitCode => (exitCode, isAwaited) switch
        {
            (0, _) => Afterwards.Finished,
            (_, true) => Afterwards.Failed,
            _ => Afterwards.Restart,
        });
    }

    /// <summary>Starts a process that has no reason to end by itself: whatever its exit code, it is started again.</summary>
    /// <inheritdoc cref="Start(LaunchContext, ProcessSpec, LaunchFacts, TimeSpan)"/>
    public IRunningResource StartServer(LaunchContext context, ProcessSpec spec, LaunchFacts facts, TimeSpan grace) =>
        Start(context, spec, facts, grace, static _ => Afterwards.Restart);

    private RunningProcess Start(LaunchContext context, ProcessSpec spec, LaunchFacts facts, TimeSpan grace, Func<int, Afterwards> afterwards)
    {
        var ledger = (state.Value ?? throw new InvalidOperationException("The application has not started.")).Ledger;
        context.ReleasePorts();
        try
        {
            var process = ManagedProcess.Start(spec, line => context.Log.Append(line.Text, line.IsError), ledger, time);
            return new RunningProcess(process, grace, facts, afterwards);
        }
        catch (ProcessStartException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }
    }
}

/// <summary>Environment and arguments of a process, with all values known.</summary>
internal sealed record ProcessInputs(IReadOnlyList<ResolvedVariable> Environment, IReadOnlyList<ResolvedArgument> Arguments)
{
    public IReadOnlyDictionary<string, string?> Variables => Environment.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);

    public IReadOnlyList<string> ArgumentValues => [.. Arguments.Select(argument => argument.Value)];

    /// <summary>For the dashboard.</summary>
    public IReadOnlyList<EnvironmentVariableSnapshot> Shown =>
        [.. Environment.Select(variable => new EnvironmentVariableSnapshot(variable.Name, variable.Value, variable.IsSecret))];

    /// <summary>A command line for people: secrets are not in it.</summary>
    public string Describe(string command) => string.Join(' ', Arguments.Select(argument => argument.ToString()).Prepend(command));
}
