using Marketplace.Hosting.ApplicationModel;

namespace Marketplace.Hosting;

/// <summary>Where telemetry is sent, as OpenTelemetry's variables say it.</summary>
/// <param name="Endpoint">The receiver's address.</param>
/// <param name="Protocol"><c>grpc</c> or <c>http/protobuf</c>.</param>
/// <param name="Headers"><c>name=value</c>, comma separated; a secret.</param>
internal sealed record TelemetryTarget(string Endpoint, string Protocol, string? Headers)
{
    public const string HeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>The variables, with short delays so that a developer sees at once what happens.</summary>
    public IEnumerable<KeyValuePair<string, string>> VariablesFor(ResourceInstance instance)
    {
        yield return new("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint);
        yield return new("OTEL_EXPORTER_OTLP_PROTOCOL", Protocol);
        if (Headers is not null)
        {
            yield return new(HeadersVariable, Headers);
        }

        yield return new("OTEL_SERVICE_NAME", instance.Resource.Name);
        yield return new("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={instance.Id}");
        yield return new("OTEL_BLRP_SCHEDULE_DELAY", "1000");
        yield return new("OTEL_BSP_SCHEDULE_DELAY", "1000");
        yield return new("OTEL_METRIC_EXPORT_INTERVAL", "1000");
        yield return new("OTEL_TRACES_SAMPLER", "always_on");
        yield return new("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based");
    }

    public override string ToString() => $"{Endpoint} ({Protocol})";
}
