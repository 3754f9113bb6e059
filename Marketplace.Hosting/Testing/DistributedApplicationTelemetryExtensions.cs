using Marketplace.Dashboard.Telemetry;
using Marketplace.Hosting.Running.DashboardLink;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Hosting.Testing;

/// <summary>What a test asks about the telemetry of a running application; this engine has it, Aspire has not.</summary>
public static class DistributedApplicationTelemetryExtensions
{
    /// <summary>The traces, logs and metrics that the application's services sent so far; they send every second.</summary>
    /// <exception cref="InvalidOperationException">The application has not started, or runs without a dashboard.</exception>
    public static TelemetryStore GetTelemetry(this DistributedApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<DashboardLink>().Server?.Telemetry
            ?? throw new InvalidOperationException("There is no telemetry: the application has not started, or runs without a dashboard.");
    }

    /// <summary>Waits until a trace has all the spans a test is after, looking at it again whenever spans arrive.</summary>
    /// <param name="app">The running application.</param>
    /// <param name="traceId">32 hexadecimal digits, such as those sent in a <c>traceparent</c> header.</param>
    /// <param name="match">Whether the trace is complete enough; by default one span is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException"><paramref name="traceId"/> is no trace id.</exception>
    /// <exception cref="InvalidOperationException">The application has not started, or runs without a dashboard.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it matched.</exception>
    public static Task<TelemetryTrace> WaitForTraceAsync(this DistributedApplication app, string traceId, Func<TelemetryTrace, bool>? match = null, CancellationToken cancellationToken = default) =>
        TraceId.TryParse(traceId, out var id)
            ? app.GetTelemetry().Traces.WaitForAsync(id, match ?? (_ => true), cancellationToken)
            : throw new ArgumentException($"'{traceId}' is no trace id: that is 32 hexadecimal digits, not all zero.", nameof(traceId));
}
