namespace Marketplace.Hosting.ApplicationModel;

/// <summary>The resource sends its telemetry to the dashboard.</summary>
public sealed class OtlpExporterAnnotation : IResourceAnnotation;
