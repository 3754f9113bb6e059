namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>Settings of <c>AddNpgsqlDbContext</c>; section <c>Aspire:Npgsql:EntityFrameworkCore:PostgreSQL</c>.</summary>
public sealed class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    /// <summary>Npgsql's form, such as <c>Host=…;Username=…;Password=…;Database=…</c>; the connection string wins.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves out the retries of transient failures.</summary>
    public bool DisableRetry { get; set; }

    /// <summary>Leaves out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out the spans.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves out the metrics.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>How long a command may take, in seconds; Npgsql's own default when absent.</summary>
    public int? CommandTimeout { get; set; }
}
