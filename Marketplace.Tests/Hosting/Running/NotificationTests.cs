using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>Tests wait on states, never on time: what the notifications promise them.</summary>
public sealed class NotificationTests
{
    private readonly ResourceNotificationService _notifications = new();
    private readonly ExecutableResource _service = new("service", "true", "/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_that_comes_late_sees_the_present_state_first()
    {
        await PublishAsync(KnownResourceStates.Starting);
        await PublishAsync(KnownResourceStates.Running);

        await foreach (var change in _notifications.WatchAsync(Cancel))
        {
            Assert.Equal(("service", KnownResourceStates.Running), (change.ResourceId, change.Snapshot.State?.Text));
            return;
        }
    }

    [Fact]
    public async Task Running_without_a_check_is_healthy_and_with_one_only_when_it_answered()
    {
        await PublishAsync(KnownResourceStates.Running, new HealthReportSnapshot("check", null, null));
        var waiting = _notifications.WaitForResourceHealthyAsync("service", Cancel);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(HealthStatus.Unhealthy, _notifications.Find("service")!.Snapshot.HealthStatus);

        await PublishAsync(KnownResourceStates.Running, new HealthReportSnapshot("check", HealthStatus.Healthy, null));
        Assert.Equal(HealthStatus.Healthy, (await waiting).Snapshot.HealthStatus);
    }

    [Theory]
    [InlineData(nameof(KnownResourceStates.FailedToStart))]
    [InlineData(nameof(KnownResourceStates.Exited))]
    [InlineData(nameof(KnownResourceStates.Finished))]
    public async Task Waiting_for_health_ends_at_once_when_it_cannot_come(string state)
    {
        var waiting = _notifications.WaitForResourceHealthyAsync("service", Cancel);
        await _notifications.PublishUpdateAsync(_service, before => before with { State = state, ExitCode = 7, Reason = "no such luck" });

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => waiting);
        Assert.Equal($"'service' does not become healthy: it is {state} with exit code 7 (no such luck).", exception.Message);
    }

    [Fact]
    public async Task Waiting_for_health_outlasts_a_crash_that_is_followed_by_a_restart()
    {
        var waiting = _notifications.WaitForResourceHealthyAsync("service", Cancel);
        await _notifications.PublishUpdateAsync(_service, before => before with { State = KnownResourceStates.Exited, RestartsAt = DateTime.UtcNow });
        Assert.False(waiting.IsCompleted);

        await PublishAsync(KnownResourceStates.Running);
        await waiting;
    }

    [Fact]
    public async Task One_ended_replica_does_not_end_the_waiting_for_the_others()
    {
        await _notifications.PublishUpdateAsync(_service, "service-1", before => before with { State = KnownResourceStates.Starting });
        await _notifications.PublishUpdateAsync(_service, "service-2", before => before with { State = KnownResourceStates.FailedToStart });
        var waiting = _notifications.WaitForResourceHealthyAsync("service", Cancel);
        Assert.False(waiting.IsCompleted);

        await _notifications.PublishUpdateAsync(_service, "service-1", before => before with { State = KnownResourceStates.Running });
        Assert.Equal("service-1", (await waiting).ResourceId);
    }

    private Task PublishAsync(string state, params HealthReportSnapshot[] health) =>
        _notifications.PublishUpdateAsync(_service, before => before with { State = state, HealthReports = [.. health] });
}
