using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Messaging;

/// <summary>Not ready until the topics are there and every reader has its place; a broker lost later is the client's check to tell.</summary>
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
