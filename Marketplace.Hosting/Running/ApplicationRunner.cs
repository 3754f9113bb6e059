using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Orchestration;
using Marketplace.Hosting.Running.Proxy;
using Marketplace.Hosting.Running.Terminal;
using Marketplace.Hosting.State;
using Microsoft.Extensions.Logging;

namespace Marketplace.Hosting.Running;

/// <summary>Starts the resources of a model on this machine and stops them.</summary>
internal sealed class ApplicationRunner(
    DistributedApplicationModel model,
    EngineOptions options,
    CurrentRunState state,
    DashboardLink.DashboardLink dashboard,
    SupervisorFactory factory,
    Supervisors supervisors,
    StartupWatch startup,
    TerminalReporter terminal,
    ILogger<ApplicationRunner> logger) : IDisposable
{
    private readonly List<RoundRobinProxy> _proxies = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private ExecutionPlan? _plan;
    private Task _watching = Task.CompletedTask;

    /// <summary>Fails when a resource cannot be started before everything was up; else it never completes.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What stands in the way on this machine, to be told together with what is wrong with the model: ports that are taken.</summary>
    public IReadOnlyList<string> FindObstacles()
    {
        using var plan = ExecutionPlan.Create(model.Resources, options.IsIsolated, dashboard.FixedPorts());
        return plan.TakenPorts;
    }

    /// <summary>Starts the dashboard and then every resource; returns when each is under way.</summary>
    /// <exception cref="DistributedApplicationException">Another run owns the checkout's state, or ports are taken: all of them are named. Nothing is left running.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenStateAsync(cancellationToken);
            _plan = ExecutionPlan.Create(model.Resources, options.IsIsolated, dashboard.FixedPorts());
            if (_plan.Errors.Count > 0)
            {
                throw new DistributedApplicationException(_plan.Errors);
            }

            await dashboard.StartAsync(cancellationToken);
            terminal.Start(dashboard.Address);
            foreach (var proxy in _plan.Proxies)
            {
                proxy.Reservation.Dispose();
                _proxies.Add(RoundRobinProxy.Start(proxy.Reservation.Port, proxy.InstancePorts, logger));
            }

            foreach (var planned in _plan.Instances)
            {
                supervisors.Add(await factory.CreateAsync(planned, cancellationToken));
            }

            _watching = WatchStartupAsync();
            await Task.WhenAll(supervisors.All
                .Where(supervisor => SupervisorFactory.StartsByItself(supervisor.Instance.Resource))
                .Select(supervisor => supervisor.StartAsync(cancellationToken)));
        }
        catch
        {
            await StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Stops every resource, those first on which nobody depends, and everything around them.</summary>
    /// <param name="hurry">Ends what is still running at once.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        using var signals = terminal.Stopping(hurry);
        await supervisors.ShutDownAsync(signals.Hurry);
        await _watching;
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        _plan?.Dispose();
        await dashboard.DisposeAsync();
        if (state.Value is { } open)
        {
            await open.DisposeAsync();
        }

        await terminal.StopAsync();
    }

    public void Dispose() => _stopping.Dispose();

    private async Task OpenStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            state.Value = options.IsIsolated
                ? await RunState.OpenTemporaryAsync(cancellationToken)
                : await RunState.OpenAsync(options.AppHostDirectory, cancellationToken);
        }
        catch (StateInUseException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }

        if (state.Value.EndedLeftovers > 0)
        {
            terminal.Say($"Ended {state.Value.EndedLeftovers} processes that an earlier run had left behind.");
        }
    }

    private async Task WatchStartupAsync()
    {
        try
        {
            await startup.WaitUntilUpAsync(_stopping.Token);
            terminal.Up();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped before everything was up.
        }
        catch (DistributedApplicationException exception)
        {
            _completion.TrySetException(exception);
        }
    }
}
