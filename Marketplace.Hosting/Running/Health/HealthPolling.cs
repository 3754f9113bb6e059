namespace Marketplace.Hosting.Running.Health;

/// <summary>How often a resource's health is asked for.</summary>
internal static class HealthPolling
{
    /// <summary>Until it is healthy: others wait for it.</summary>
    public static readonly TimeSpan UntilHealthy = TimeSpan.FromMilliseconds(150);

    /// <summary>While it stays healthy.</summary>
    public static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(2);

    /// <summary>A check that has not answered by then counts as failed.</summary>
    public static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(6);
}
