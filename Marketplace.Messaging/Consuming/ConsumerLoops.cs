using Microsoft.Extensions.Hosting;

namespace Marketplace.Messaging;

/// <summary>Starts and stops the consumers concurrently.</summary>
internal sealed class ConsumerLoops(IEnumerable<ConsumerLoop> loops) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(loops.Select(loop => loop.StartAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(loops.Select(loop => loop.StopAsync(cancellationToken)));
}
