namespace Aspire.StackExchange.Redis;

/// <summary>Settings of <c>AddRedisClient</c>; section <c>Aspire:StackExchange:Redis</c>.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>StackExchange.Redis's form, such as <c>host:port,password=…</c>; the connection string wins.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out the spans.</summary>
    public bool DisableTracing { get; set; }
}
