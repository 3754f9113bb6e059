using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Running.Health;
using Marketplace.Hosting.Running.Launchers;
using Marketplace.Hosting.Running.Logs;

namespace Marketplace.Hosting.Running.Orchestration;

/// <summary>Keeps one instance in the state it was told to be in: started when what it waits for is ready, started again after a crash, stopped on command.</summary>
internal sealed class ResourceSupervisor(
    ResourceInstance instance,
    IResourceLauncher launcher,
    ConsoleLog log,
    InstanceStates states,
    Action releasePorts,
    SupervisorServices services) : IDisposable
{
    /// <summary>An instance that crashed this often in a row without becoming healthy is not tried again.</summary>
    private const int MostCrashes = 5;

    private readonly SemaphoreSlim _oneCommand = new(1, 1);
    private readonly RestartDelay _delay = new(services.Time);
    private CancellationTokenSource _stopping = new();
    private CancellationToken _hurry;
    private Task _life = Task.CompletedTask;
    private bool _wasHealthy;
    private bool _isShutDown;

    public ResourceInstance Instance => instance;

    /// <summary>Starts the instance unless it is started already; returns once that is under way.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => CommandAsync(BeginAsync, cancellationToken);

    /// <summary>Stops the instance; returns when it has ended.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => CommandAsync(() => EndAsync(hurry: default), cancellationToken);

    /// <summary>Stops the instance and starts it again; returns once the new start is under way.</summary>
    public Task RestartAsync(CancellationToken cancellationToken) => CommandAsync(
        async () =>
        {
            await EndAsync(hurry: default);
            await BeginAsync();
        },
        cancellationToken);

    /// <summary>Stops the instance for good: it cannot be started again. A cancelled <paramref name="hurry"/> ends it at once.</summary>
    public Task ShutDownAsync(CancellationToken hurry) => CommandAsync(
        () =>
        {
            _isShutDown = true;
            return EndAsync(hurry);
        },
        CancellationToken.None);

    public void Dispose()
    {
        _stopping.Dispose();
        _oneCommand.Dispose();
    }

    private async Task CommandAsync(Func<Task> command, CancellationToken cancellationToken)
    {
        await _oneCommand.WaitAsync(cancellationToken);
        try
        {
            await command();
        }
        finally
        {
            _oneCommand.Release();
        }
    }

    private Task BeginAsync()
    {
        if (_isShutDown)
        {
            throw new InvalidOperationException("The application is being stopped.");
        }

        if (_life.IsCompleted)
        {
            // Published before this returns: whoever waits for health from now on must not see the state before.
            states.Starting();
            _stopping.Dispose();
            _stopping = new CancellationTokenSource();
            var stop = _stopping.Token;
            _life = Task.Run(() => LiveAsync(stop), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    private async Task EndAsync(CancellationToken hurry)
    {
        if (_life.IsCompleted)
        {
            return;
        }

        _hurry = hurry;
        await _stopping.CancelAsync();
        await _life;
        if (!states.HasEnded)
        {
            // It was waiting, or between a crash and the next start: there was no process to end.
            states.Stopped(exitCode: null);
        }
    }

    private async Task LiveAsync(CancellationToken stop)
    {
        try
        {
            await services.Gate.WaitAsync(instance.Resource, states.Waiting, stop);
            for (var crashes = 0; ;)
            {
                var ending = await RunOnceAsync(stop);
                if (ending.Then == Afterwards.WaitAgain)
                {
                    states.Waiting(ending.Reason ?? "");
                    await services.Gate.WaitAsync(instance.Resource, states.Waiting, stop);
                    continue;
                }

                if (ending.Then != Afterwards.Restart)
                {
                    states.Finished(ending);
                    return;
                }

                crashes = _wasHealthy ? 1 : crashes + 1;
                if (crashes == MostCrashes)
                {
                    states.GaveUp(ending, crashes);
                    return;
                }

                var delay = _delay.Next();
                states.Crashed(ending, delay);
                await Task.Delay(delay, services.Time, stop);
                states.Starting(isRestart: true);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped by command.
        }
        catch (MissingRuntimeException exception)
        {
            states.Failed(KnownResourceStates.RuntimeUnhealthy, exception.Message);
        }
        catch (Exception exception)
        {
            // Whatever it was, it must be seen, and must not take the other resources with it.
            if (exception is not DistributedApplicationException)
            {
                log.Append(exception.ToString(), isError: true);
            }

            states.Failed(KnownResourceStates.FailedToStart, exception.Message);
        }
    }

    private async Task<Ending> RunOnceAsync(CancellationToken stop)
    {
        var checks = await services.Checks.OfAsync(instance, stop);
        var progress = new InlineProgress(message =>
        {
            log.Say(message);
            states.Starting(message);
        });
        var running = await launcher.StartAsync(new LaunchContext(instance, log, progress, releasePorts), stop);
        _delay.Started();
        _wasHealthy = false;
        states.Running(running.Facts, HealthMonitor.Unknown(checks));

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var monitoring = services.Health.RunAsync(instance, checks, () => _wasHealthy = true, ended.Token);
        try
        {
            return await running.Ended.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            states.Stopping();
            await running.StopAsync(_hurry);
            states.Stopped(running.Ended.IsCompletedSuccessfully ? (await running.Ended).ExitCode : null);
            throw;
        }
        finally
        {
            await ended.CancelAsync();
            await monitoring;
        }
    }
}

/// <summary>What every supervisor works with.</summary>
internal sealed record SupervisorServices(DependencyGate Gate, HealthMonitor Health, HealthChecks Checks, TimeProvider Time);

/// <summary>Passes reports on at once and in order (<see cref="Progress{T}"/> hands them to the thread pool).</summary>
internal sealed class InlineProgress(Action<string> report) : IProgress<string>
{
    public void Report(string value) => report(value);
}
