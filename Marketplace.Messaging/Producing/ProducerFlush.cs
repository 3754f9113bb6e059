using Confluent.Kafka;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Messaging;

/// <summary>Registered first, so stopped last: lets the queue of replies drain before the client is disposed. Code that sends events waits for their delivery.</summary>
internal sealed class ProducerFlush(IProducer<byte[], byte[]> producer) : IHostedService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Flush blocks its thread until the queue is empty.
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.Run(() => producer.Flush(Timeout), CancellationToken.None);
}
