using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>What Prometheus (by its operator) reads and warns of, and a dashboard that Grafana's sidecar finds.</summary>
internal static class Monitoring
{
    private const string Folder = "components/monitoring";
    private const string Dashboard = "dashboard.json";

    public static void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var measured = services.Select(service => service.Workload).Where(workload => ManagementPortOf(workload) is not null).ToArray();
        if (measured.Length == 0)
        {
            return;
        }

        output.AddObjects($"{Folder}/pods.yaml", system.Name, measured.Select(workload => Monitor(system.Name, workload)));
        output.AddObjects($"{Folder}/network.yaml", system.Name, measured.Select(workload => NetworkPolicies.FromNamespace(
            system.Name, $"{workload.Name}-metrics", Conventions.MonitoringNamespace, PodSelector(workload.Name), [NetworkPolicies.Port("TCP", PortOf(workload))])));
        output.AddObjects($"{Folder}/alerts.yaml", system.Name, KubernetesObject.Of(
            "monitoring.coreos.com/v1", "PrometheusRule", system.Name, new JsonObject { [PartOfLabel] = system.Name }, Spec(new JsonObject { ["groups"] = JsonNode.Parse(Asset.Read("alerts.json")) })));
        output.Add($"{Folder}/{Dashboard}", Asset.Read(Dashboard));
        output.Add($"{Folder}/kustomization.yaml", Kustomization.Component(
            resources: ["alerts.yaml", "network.yaml", "pods.yaml"],
            new KeyValuePair<string, JsonNode?>("configMapGenerator", List(new JsonObject
            {
                ["name"] = $"{system.Name}-dashboard",
                ["namespace"] = system.Name,
                ["files"] = List((JsonNode)Dashboard),
                ["options"] = new JsonObject { ["disableNameSuffixHash"] = true, ["labels"] = new JsonObject { ["grafana_dashboard"] = "1" } },
            }))));
    }

    private static JsonObject Monitor(string system, Workload workload) => KubernetesObject.Of(
        "monitoring.coreos.com/v1", "PodMonitor", workload.Name, Labels(system, workload.Name),
        Spec(new JsonObject
        {
            ["selector"] = PodSelector(workload.Name),
            ["podMetricsEndpoints"] = List(new JsonObject { ["port"] = PortOf(workload), ["path"] = Conventions.MetricsPath, ["interval"] = "15s" }),
        }));

    private static string PortOf(Workload workload) => KubernetesNames.Of(ManagementPortOf(workload)!);

    private static DeployedPort? ManagementPortOf(Workload workload) => workload.Ports.FirstOrDefault(port => port.Endpoint == ManagementEndpoints.Name);
}
