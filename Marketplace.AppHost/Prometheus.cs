using System.Globalization;
using System.Text.Json;
using Marketplace.Hosting.Processes;

/// <summary>Prometheus, where it is installed: scrapes the services as they run here, with the rules of observability/prometheus.</summary>
internal static class Prometheus
{
    private const string Folder = "../observability/prometheus";

    /// <summary>
    /// Started from the dashboard only, because it costs memory that most runs do not need. It belongs to this machine, so it is in no manifest.
    /// It finds the services at their fixed ports, by a file written here.
    /// </summary>
    public static void AddPrometheus(this IDistributedApplicationBuilder builder, params IResourceBuilder<ProjectResource>[] services)
    {
        if (builder.ExecutionContext.IsRunMode && Executable.Find("prometheus") is not null)
        {
            WriteTargets(Path.Combine(builder.AppHostDirectory, Folder, "targets.json"), services);
            builder.AddExecutable(
                    "prometheus",
                    "prometheus",
                    Folder,
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

    // prometheus.io/docs/prometheus/latest/configuration/configuration, file_sd_config; moved into place, so that it is read whole.
    private static void WriteTargets(string file, IEnumerable<IResourceBuilder<ProjectResource>> services)
    {
        var targets = services.Select(service => new
        {
            targets = new[] { string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ManagementPort(service)}") },
            labels = new { job = service.Resource.Name },
        });
        var unfinished = $"{file}.{Guid.NewGuid():N}";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(targets));
        File.Move(unfinished, file, overwrite: true);
    }

    private static int? ManagementPort(IResourceBuilder<ProjectResource> service) =>
        service.Resource.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "management").Port;
}
