using Marketplace.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing;
using Marketplace.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Hosting;

/// <summary>An application of many processes: a model that can be run or published.</summary>
public sealed class DistributedApplication : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _started;

    internal DistributedApplication(IHost host) => _host = host;

    /// <summary>Services of the AppHost.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>The states of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Gives commands to resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    private ApplicationRunner Runner => Services.GetRequiredService<ApplicationRunner>();

    /// <exception cref="InvalidOperationException">The application has not started.</exception>
    internal void ThrowUnlessStarted()
    {
        if (!_started)
        {
            throw new InvalidOperationException("The application has not started; call StartAsync first.");
        }
    }

    /// <summary>Starts a model.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Starts a model.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DistributedApplicationBuilder(options);
    }

    /// <summary>Runs until Ctrl+C or SIGTERM, or publishes. What stands in the way is written to standard error, and the process's exit code is then 1.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until <paramref name="cancellationToken"/>, Ctrl+C or SIGTERM, or publishes. What stands in the way is written to standard error, and the process's exit code is then 1.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await RunToEndAsync(cancellationToken);
        }
        catch (DistributedApplicationException exception)
        {
            Environment.ExitCode = 1;
            foreach (var error in exception.Errors)
            {
                await Console.Error.WriteLineAsync(error.AsMemory(), CancellationToken.None);
            }
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Starts all resources; returns once those that wait for nothing have been started.</summary>
    /// <exception cref="DistributedApplicationException">The model, its configuration or the machine does not allow it; all reasons together.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Lifetime.ApplicationStopping);
        var errors = Services.GetRequiredService<ModelValidator>().Validate();
        if (errors.Count > 0)
        {
            throw new DistributedApplicationException([.. errors, .. Runner.FindObstacles()]);
        }

        await _host.StartAsync(stopping.Token);
        _started = true;
        await Runner.StartAsync(stopping.Token);
    }

    /// <summary>Stops all resources, those that depend on others first.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_started)
        {
            _started = false;
            await Runner.StopAsync(cancellationToken);
            await _host.StopAsync(cancellationToken);
        }
    }

    /// <summary>Stops what still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
        else
        {
            _host.Dispose();
        }
    }

    private IHostApplicationLifetime Lifetime => Services.GetRequiredService<IHostApplicationLifetime>();

    private async Task RunToEndAsync(CancellationToken cancellationToken)
    {
        if (Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
        {
            await Services.GetRequiredService<Publisher>().PublishAsync(cancellationToken);
            return;
        }

        try
        {
            await StartAsync(cancellationToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Lifetime.ApplicationStopping);
            await Runner.Completion.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to end.
        }
        finally
        {
            await StopAsync(CancellationToken.None);
        }
    }
}
