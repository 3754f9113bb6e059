/// <summary>Jaeger, for those who have a container engine and prefer it to the dashboard's traces: <c>--jaeger true</c>.</summary>
internal static class Jaeger
{
    private const int Page = 16686;
    private const int Otlp = 4317;

    /// <summary>Only when asked for, because the services then send every span twice. A deployment has its own, so it is in no manifest.</summary>
    public static void AddJaeger(this IDistributedApplicationBuilder builder, params IResourceBuilder<ProjectResource>[] services)
    {
        if (!builder.ExecutionContext.IsRunMode || !bool.TryParse(builder.Configuration["Jaeger"], out var isWanted) || !isWanted)
        {
            return;
        }

        var jaeger = builder.AddContainer("jaeger", "docker.io/jaegertracing/jaeger", "2.10.0")
            .WithHttpEndpoint(targetPort: Page)
            .WithHttpEndpoint(targetPort: Otlp, name: "otlp")
            .WithUrlForEndpoint("http", url => url.DisplayText = "Jaeger")
            .ExcludeFromManifest();
        foreach (var service in services)
        {
            service.WithEnvironment("Telemetry__TracesAlsoTo", jaeger.GetEndpoint("otlp"));
        }
    }
}
