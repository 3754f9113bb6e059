using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Hosting.ApplicationModel;

/// <summary>What is known about one resource instance at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>Kind of resource, such as <c>Project</c>, <c>Executable</c>, <c>Container</c>, <c>Parameter</c>.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Its state; null before the first.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Why the state or the health is as it is; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When its present process was started.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When its process ended; null while it runs.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>The ended process's exit code; null while it runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How often it was started again after a crash.</summary>
    public int Restarts { get; init; }

    /// <summary>When it is started again after a crash; null when it is not waiting for that.</summary>
    public DateTime? RestartsAt { get; init; }

    /// <summary>The last result of each of its health checks.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; init; } = [];

    /// <summary>The worst of <see cref="HealthReports"/>: healthy while it runs without any check, unhealthy until every check has answered, null while it does not run.</summary>
    public HealthStatus? HealthStatus => State?.Text != KnownResourceStates.Running ? null
        : HealthReports.IsEmpty ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy
        : HealthReports.Min(report => report.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);

    /// <summary>Addresses to click.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>Environment variables of its process.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Further facts, such as the process id.</summary>
    public ImmutableArray<ResourcePropertySnapshot> Properties { get; init; } = [];

    /// <summary>Whether it ended and stays so until a command starts it: <c>Finished</c>, <c>FailedToStart</c>, <c>RuntimeUnhealthy</c>, or <c>Exited</c> without a restart to come.</summary>
    internal bool HasEndedForGood => State?.Text is { } state
        && (state == KnownResourceStates.Finished
            || state == KnownResourceStates.FailedToStart
            || state == KnownResourceStates.RuntimeUnhealthy
            || (state == KnownResourceStates.Exited && RestartsAt is null));

    /// <summary>The reason, else what the worst health check said.</summary>
    internal string? ReasonOrHealth => Reason ?? (HealthStatus is null or Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy ? null
        : HealthReports.OrderBy(report => report.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy).FirstOrDefault()?.Description);

    /// <summary>The value of a property; null when it is not set.</summary>
    internal object? Property(string name) => Properties.FirstOrDefault(property => property.Name == name)?.Value;
}

/// <summary>A state by its text.</summary>
/// <param name="Text">One of <see cref="KnownResourceStates"/>.</param>
public sealed record ResourceStateSnapshot(string Text)
{
    /// <summary>The state with this text.</summary>
    public static implicit operator ResourceStateSnapshot?(string? text) => text is null ? null : new(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>The last result of one health check.</summary>
/// <param name="Name">The check's key.</param>
/// <param name="Status">Its result; null when it has not answered yet.</param>
/// <param name="Description">What it said.</param>
/// <param name="ExceptionText">The failure's message.</param>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText = null);

/// <summary>An address of a resource.</summary>
/// <param name="Name">The endpoint it belongs to; null when it belongs to none.</param>
/// <param name="Url">The absolute address.</param>
/// <param name="DisplayText">What to show instead.</param>
public sealed record UrlSnapshot(string? Name, string Url, string? DisplayText = null);

/// <summary>One environment variable of a process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsSecret">Whether the value contains a secret.</param>
public sealed record EnvironmentVariableSnapshot(string Name, string Value, bool IsSecret)
{
    /// <summary>The name only, so that a secret does not reach a log.</summary>
    public override string ToString() => Name;
}

/// <summary>A further fact about a resource.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value; never a secret.</param>
public sealed record ResourcePropertySnapshot(string Name, object? Value);
