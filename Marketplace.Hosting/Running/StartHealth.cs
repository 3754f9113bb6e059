using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.Running;

/// <summary>
/// Looks at what is starting every 50 ms. Aspire looks after 1 s, then after 2, 3, 4 and 5 more, so that a service which needs little over a
/// second holds up for three those that wait for it.
/// </summary>
internal static class StartHealth
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Then the report says what is wrong so far.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static void Configure(IServiceCollection services) =>
        services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var registration in options.Registrations)
            {
                var check = registration.Factory;
                var start = new StartState();
                registration.Factory = provider => new StartHealthCheck(check(provider), start, provider.GetRequiredService<TimeProvider>());
            }
        });

    private sealed class StartState
    {
        public bool IsOver { get; set; }
    }

    private sealed class StartHealthCheck(IHealthCheck check, StartState start, TimeProvider time) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var begun = time.GetTimestamp();
            while (true)
            {
                var result = await check.CheckHealthAsync(context, cancellationToken);
                start.IsOver |= result.Status == HealthStatus.Healthy;
                if (start.IsOver || time.GetElapsedTime(begun) > Limit)
                {
                    return result;
                }

                await Task.Delay(BetweenLooks, time, cancellationToken);
            }
        }
    }
}
