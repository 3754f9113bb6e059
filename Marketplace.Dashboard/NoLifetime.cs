using Microsoft.Extensions.Hosting;

namespace Marketplace.Dashboard;

/// <summary>For a host within another program: that program's signals (Ctrl+C, SIGTERM) are not the host's to take.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
