namespace Marketplace.Dashboard.Telemetry;

/// <summary>The process that sent telemetry: OpenTelemetry's resource.</summary>
/// <param name="Name"><c>service.name</c>; <c>unknown_service</c> when it has none.</param>
/// <param name="InstanceId"><c>service.instance.id</c>, which tells replicas apart; null when it has none.</param>
/// <param name="Attributes">All resource attributes.</param>
public sealed record TelemetrySource(string Name, string? InstanceId, AttributeList Attributes);

/// <summary>The library or category within the process: OpenTelemetry's instrumentation scope.</summary>
/// <param name="Name">Such as <c>Npgsql</c>, or a logger's category.</param>
/// <param name="Version">Its version; null when not given.</param>
public sealed record TelemetryScope(string Name, string? Version);
