using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>An OpenTelemetry collector that the workloads send their traces to, and a Jaeger that shows them.</summary>
internal static class Tracing
{
    private const string Folder = "components/tracing";
    private const string Collector = "otel-collector";
    private const string Jaeger = "jaeger";
    private static readonly string[] Servers = ["collector.yaml", "jaeger.yaml"];

    private static readonly (string Name, string Value)[] Variables =
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{Collector}:4317"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"),
    ];

    public static void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var senders = services.Where(service => service.Workload.SendsTelemetry).ToArray();
        if (senders.Length == 0)
        {
            return;
        }

        foreach (var file in Servers)
        {
            output.AddAsset(Folder, file, system.Name);
        }

        output.AddObjects($"{Folder}/network.yaml", system.Name,
        [
            Policy(system.Name, Collector, List(senders.Select(sender => (JsonNode)NetworkPolicies.Pod(sender.Workload.Name))), to: Jaeger),
            Policy(system.Name, Jaeger, List(NetworkPolicies.Pod(Collector)), to: null),
            .. senders.Select(sender => NetworkPolicies.Policy($"{sender.Workload.Name}-traces", system.Name, sender.Workload.Name, new JsonObject
            {
                ["podSelector"] = PodSelector(sender.Workload.Name),
                ["policyTypes"] = List((JsonNode)"Egress"),
                ["egress"] = List(new JsonObject { ["to"] = List(NetworkPolicies.Pod(Collector)), ["ports"] = List(NetworkPolicies.Port("TCP", "otlp")) }),
            })),
        ]);
        foreach (var (workload, files) in senders)
        {
            var added = Variables.Where(variable => !workload.Environment.ContainsKey(variable.Name)).Select(variable => (JsonNode)new JsonObject { ["name"] = variable.Name, ["value"] = variable.Value });
            output.Add($"{Folder}/environment/{workload.Name}.yaml", files.Patch(new JsonObject { ["containers"] = List(new JsonObject { ["name"] = workload.Name, ["env"] = List(added) }) }));
        }

        output.Add($"{Folder}/kustomization.yaml", Kustomization.Component(
            resources: [.. Servers, "network.yaml"],
            Kustomization.Patches(senders.Select(sender => $"environment/{sender.Workload.Name}.yaml"))));
    }

    private static JsonNode Policy(string system, string name, JsonArray? from, string? to) => NetworkPolicies.Policy(name, system, name, new JsonObject
    {
        ["podSelector"] = PodSelector(name),
        ["policyTypes"] = List("Ingress", "Egress"),
        ["ingress"] = List(new JsonObject { ["from"] = from, ["ports"] = List(NetworkPolicies.Port("TCP", "otlp")) }),
        ["egress"] = to is null ? null : List(new JsonObject { ["to"] = List(NetworkPolicies.Pod(to)), ["ports"] = List(NetworkPolicies.Port("TCP", "otlp")) }),
    });
}
