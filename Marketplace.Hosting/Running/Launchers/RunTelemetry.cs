namespace Marketplace.Hosting.Running.Launchers;

/// <summary>Where the processes of this run send their telemetry; the runner sets it once the dashboard listens.</summary>
internal sealed class RunTelemetry
{
    /// <summary>Null without a dashboard.</summary>
    public TelemetryTarget? Target { get; set; }
}
