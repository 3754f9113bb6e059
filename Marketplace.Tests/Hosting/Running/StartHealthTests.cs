using Marketplace.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Marketplace.Tests.Hosting.Running;

/// <summary>How soon the model sees that what it starts is healthy.</summary>
public sealed class StartHealthTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly WaitlessTime _time = new();
    private readonly HealthCheckService _health;
    private int _looks;
    private int _healthyAt;

    public StartHealthTests()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time);
        services.AddHealthChecks().AddCheck("service", () => ++_looks < _healthyAt ? HealthCheckResult.Unhealthy("It starts.") : HealthCheckResult.Healthy());
        StartHealth.Configure(services);
        _health = services.BuildServiceProvider().GetRequiredService<HealthCheckService>();
    }

    [Fact]
    public async Task What_becomes_healthy_meanwhile_is_reported_healthy()
    {
        _healthyAt = 4;

        Assert.Equal(HealthStatus.Healthy, (await ReportAsync()).Status);
        Assert.Equal(4, _looks);
        Assert.InRange(_time.Waited, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task What_does_not_is_reported_with_its_reason()
    {
        _healthyAt = int.MaxValue;

        Assert.Equal("It starts.", (await ReportAsync()).Entries["service"].Description);
        Assert.InRange(_time.Waited, Limit, Limit * 1.1);
    }

    [Fact]
    public async Task What_was_healthy_is_reported_at_once_when_it_fails()
    {
        await ReportAsync();
        (_looks, _healthyAt) = (0, int.MaxValue);

        Assert.Equal(HealthStatus.Unhealthy, (await ReportAsync()).Status);
        Assert.Equal(1, _looks);
    }

    private Task<HealthReport> ReportAsync() => _health.CheckHealthAsync(TestContext.Current.CancellationToken);

    /// <summary>A clock that each wait moves on at once, so that none takes time.</summary>
    private sealed class WaitlessTime : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Waited.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
