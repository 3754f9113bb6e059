using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Messaging;

/// <summary>Unhealthy until the topics exist and every consumer has joined. A broker lost later is reported by the Kafka client's own check.</summary>
internal sealed class MessagingHealthCheck(TopicProvisioner topics, IEnumerable<ConsumerLoop> consumers, IEnumerable<ReplyReader> replies) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            topics.Ready.IsCompletedSuccessfully
            && consumers.All(consumer => consumer.HasJoined)
            && replies.All(reader => reader.Ready.IsCompletedSuccessfully)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy());
}
