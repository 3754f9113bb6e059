namespace Marketplace.Dashboard;

/// <summary>One resource at one moment. A replica is a resource of its own with <see cref="ReplicaOf"/> set.</summary>
public sealed record DashboardResource
{
    /// <summary>Unique name, as used in addresses and commands; for replicas with their suffix.</summary>
    public required string Name { get; init; }

    /// <summary>Name to show; <see cref="Name"/> when null.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Kind of resource, such as <c>Project</c>, <c>Executable</c>, <c>Kafka</c>, <c>Redis</c>, <c>Postgres</c>, <c>PostgresDatabase</c>, <c>Container</c>, <c>Parameter</c>.</summary>
    public required string Type { get; init; }

    /// <summary>A known state's text, such as <c>Starting</c>, <c>Running</c>, <c>Waiting</c>, <c>Exited</c>, <c>FailedToStart</c>; null before the first.</summary>
    public string? State { get; init; }

    /// <summary>Health over all checks; null when it has none or is not running.</summary>
    public DashboardHealth? Health { get; init; }

    /// <summary>Each health check's last result.</summary>
    public IReadOnlyList<HealthReport> HealthReports { get; init; } = [];

    /// <summary>Why the state is as it is: what it waits for, why it failed; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When the process in this state was started; null when it never was.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>The ended process's exit code.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The running process.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How often it was restarted after a crash.</summary>
    public int Restarts { get; init; }

    /// <summary>What it is made from: project path, command line, image.</summary>
    public string? Source { get; init; }

    /// <summary>Which implementation serves it and what that cannot do, such as <c>embedded broker (librdkafka mock): no persistence</c>.</summary>
    public string? Implementation { get; init; }

    /// <summary>Name of the resource this one belongs under, such as a database's server.</summary>
    public string? Parent { get; init; }

    /// <summary>The model's name of the resource this is a replica of; null when it has one instance only.</summary>
    public string? ReplicaOf { get; init; }

    /// <summary>Addresses to click.</summary>
    public IReadOnlyList<ResourceUrl> Urls { get; init; } = [];

    /// <summary>Environment variables it is started with.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Other resources it refers to or waits for.</summary>
    public IReadOnlyList<ResourceRelation> Relations { get; init; } = [];

    /// <summary>What can be done with it.</summary>
    public IReadOnlyList<ResourceCommand> Commands { get; init; } = [];

    /// <summary>Connection string for the dashboard's own views of Kafka, caches and databases; never shown and never serialized.</summary>
    public string? ConnectionString { get; init; }
}

/// <summary>Health of a resource or of one of its checks, worst first.</summary>
public enum DashboardHealth
{
    /// <summary>The check failed.</summary>
    Unhealthy,

    /// <summary>It works, but not fully.</summary>
    Degraded,

    /// <summary>The check succeeded.</summary>
    Healthy,
}

/// <summary>One health check's last result.</summary>
/// <param name="Name">The check's key.</param>
/// <param name="Status">Its result; null when it has not run yet.</param>
/// <param name="Description">What it said.</param>
public sealed record HealthReport(string Name, DashboardHealth? Status, string? Description);

/// <summary>An address of a resource.</summary>
/// <param name="Url">Absolute; a link when its scheme is http or https, text otherwise.</param>
/// <param name="DisplayText">What to show instead of the address.</param>
/// <param name="EndpointName">The endpoint it belongs to.</param>
public sealed record ResourceUrl(string Url, string? DisplayText = null, string? EndpointName = null);

/// <summary>One environment variable of a resource.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value as the process sees it.</param>
/// <param name="IsSecret">Whether the value contains a secret: it is masked until a person asks for it.</param>
public sealed record EnvironmentVariable(string Name, string Value, bool IsSecret = false)
{
    /// <summary>The name only, so that a secret does not reach a log.</summary>
    public override string ToString() => Name;
}

/// <summary>An edge of the resource graph.</summary>
/// <param name="ResourceName">The resource pointed to.</param>
/// <param name="Kind">Why.</param>
public sealed record ResourceRelation(string ResourceName, ResourceRelationKind Kind);

/// <summary>Why one resource points to another.</summary>
public enum ResourceRelationKind
{
    /// <summary>It is given the other's address or connection string.</summary>
    Reference,

    /// <summary>It starts only after the other is ready.</summary>
    WaitFor,
}

/// <summary>Something a person can ask of a resource.</summary>
/// <param name="Name">Its name, such as <c>resource-restart</c>.</param>
/// <param name="DisplayName">What to show.</param>
/// <param name="Enabled">Whether it makes sense in the present state.</param>
/// <param name="Description">What it does.</param>
/// <param name="Confirmation">Question to ask before it runs; null to run at once.</param>
public sealed record ResourceCommand(string Name, string DisplayName, bool Enabled = true, string? Description = null, string? Confirmation = null);

/// <summary>One line a resource wrote.</summary>
/// <param name="Number">Counts from 1 per resource without gaps, so that a reader can resume.</param>
/// <param name="Time">When it was read.</param>
/// <param name="IsError">Whether it came from standard error.</param>
/// <param name="Text">The line without its line end; may contain ANSI sequences.</param>
public readonly record struct ConsoleLine(long Number, DateTimeOffset Time, bool IsError, string Text);

/// <summary>How a command ended.</summary>
/// <param name="Success">Whether it did what was asked.</param>
/// <param name="Message">Why not, or what to tell the person.</param>
public sealed record DashboardCommandResult(bool Success, string? Message = null);
