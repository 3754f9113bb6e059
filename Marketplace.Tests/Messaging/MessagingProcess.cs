using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Tests.Messaging;

/// <summary>A host with messaging, stopped as a process would be.</summary>
internal sealed class MessagingProcess(IHost host) : IAsyncDisposable
{
    private bool _stopped;

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    /// <summary>Starts, and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        var health = Get<HealthCheckService>();
        while ((await health.CheckHealthAsync(check => check.Name == "messaging", cancellationToken)).Status != HealthStatus.Healthy)
        {
            await Task.Delay(10, cancellationToken);
        }
    }

    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await host.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        host.Dispose();
    }
}
