using Marketplace.Hosting.Processes;

/// <summary>Prometheus, where it is installed: scrapes the services as they run here, with the rules of observability/prometheus.</summary>
internal static class Prometheus
{
    /// <summary>
    /// Started from the dashboard only, because it costs memory that most runs do not need. It belongs to this machine, so it is in no manifest.
    /// It finds the services at their fixed ports.
    /// </summary>
    public static void AddPrometheus(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode && Executable.Find("prometheus") is not null)
        {
            builder.AddExecutable(
                    "prometheus",
                    "prometheus",
                    "../observability/prometheus",
                    "--config.file=prometheus.yml",
                    "--web.listen-address=127.0.0.1:9090",
                    "--storage.tsdb.path=../../Marketplace.AppHost/.state/prometheus",
                    "--storage.tsdb.retention.time=1d")
                .WithUrl("http://127.0.0.1:9090", "Prometheus")
                .WithIconName("DataHistogram")
                .WithExplicitStart()
                .ExcludeFromManifest();
        }
    }
}
