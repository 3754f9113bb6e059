using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running.Health;

/// <summary>Asks a broker for its metadata: healthy when it answers and every topic the model names exists with a leader for each partition.</summary>
internal sealed class KafkaHealthCheck(string bootstrapServers, IReadOnlyCollection<string> topics) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private IAdminClient? _client;
    private bool _disposed;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // librdkafka's call blocks: not on the caller's thread.
            return await Task.Run(Check, cancellationToken);
        }
        catch (KafkaException exception)
        {
            return HealthCheckResult.Unhealthy($"The broker does not answer: {exception.Error.Reason}");
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _client?.Dispose();
            _disposed = true;
        }
    }

    private HealthCheckResult Check()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _client ??= CreateClient(bootstrapServers);
            var metadata = _client.GetMetadata(Limit);
            if (metadata.Brokers.Count == 0)
            {
                return HealthCheckResult.Unhealthy("The broker is not ready: its metadata names no broker.");
            }

            var missing = topics.Where(topic => !metadata.Topics.Exists(known => known.Topic == topic && known.Partitions.Count > 0)).ToArray();
            if (missing.Length > 0)
            {
                return HealthCheckResult.Unhealthy($"Not there yet: {string.Join(", ", missing)}.");
            }

            var leaderless = metadata.Topics.Where(topic => topics.Contains(topic.Topic) && topic.Partitions.Exists(partition => partition.Leader < 0)).ToArray();
            return leaderless.Length > 0
                ? HealthCheckResult.Unhealthy($"Without a leader: {string.Join(", ", leaderless.Select(topic => topic.Topic))}.")
                : HealthCheckResult.Healthy();
        }
    }

    private static IAdminClient CreateClient(string bootstrapServers) =>
        new AdminClientBuilder(new AdminClientConfig
        {
            BootstrapServers = bootstrapServers,
            SocketTimeoutMs = (int)Limit.TotalMilliseconds,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 200,
        })
        .SetLogHandler(static (_, _) => { }) // Refused connections while it starts are what the check's result says.
        .SetErrorHandler(static (_, _) => { })
        .Build();
}
