using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>An OpenTelemetry collector that the workloads send their traces to, and a Jaeger that shows them.</summary>
internal sealed class Tracing : IComponent
{
    private const string Folder = "components/tracing";
    private const string Collector = "otel-collector";
    private const string Jaeger = "jaeger";
    private const string CollectorImage = "docker.io/otel/opentelemetry-collector:0.136.0";
    private const string JaegerImage = "docker.io/jaegertracing/jaeger:2.10.0";
    private const int CollectorUser = 10001;
    private const int OtlpPort = 4317;
    private const int PagePort = 16686;
    private const string SampledShare = "0.1";

    private const string CollectorConfig =
        """
        receivers:
          otlp:
            protocols:
              grpc:
                endpoint: 0.0.0.0:4317
        processors:
          memory_limiter:
            check_interval: 1s
            limit_percentage: 80
            spike_limit_percentage: 20
          batch: {}
        exporters:
          otlp/jaeger:
            endpoint: jaeger:4317
            tls:
              insecure: true
          nop: {}
        service:
          pipelines:
            traces:
              receivers: [otlp]
              processors: [memory_limiter, batch]
              exporters: [otlp/jaeger]
            # Prometheus reads metrics from the pods, and the cluster collects their logs.
            metrics:
              receivers: [otlp]
              exporters: [nop]
            logs:
              receivers: [otlp]
              exporters: [nop]

        """;

    public void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var senders = services.Where(service => service.Workload.SendsTelemetry).ToArray();
        if (senders.Length == 0)
        {
            return;
        }

        output.AddObjects($"{Folder}/collector.yaml", system.Name,
        [
            KubernetesObject.Of("v1", "ConfigMap", Collector, Labels(system.Name, Collector), Data([new("config.yaml", CollectorConfig)])),
            Deployment(system.Name, Collector, CollectorImage, ["--config=/etc/otelcol/config.yaml"], [("otlp", OtlpPort)], Collector),
            Service(system.Name, Collector, [("otlp", OtlpPort)]),
        ]);
        output.AddObjects($"{Folder}/jaeger.yaml", system.Name,
        [
            Deployment(system.Name, Jaeger, JaegerImage, [], [("otlp", OtlpPort), ("page", PagePort)], null),
            Service(system.Name, Jaeger, [("otlp", OtlpPort), ("page", PagePort)]),
        ]);
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
            output.Add($"{Folder}/environment/{workload.Name}.yaml", YamlWriter.Write(OutputFolder.Mark, files.Patch(new JsonObject
            {
                ["containers"] = List(new JsonObject { ["name"] = workload.Name, ["env"] = List(VariablesFor(workload)) }),
            })));
        }

        output.Add($"{Folder}/kustomization.yaml", Kustomization.WriteComponent(
            resources: ["collector.yaml", "jaeger.yaml", "network.yaml"],
            Kustomization.Patches(senders.Select(sender => $"environment/{sender.Workload.Name}.yaml"))));
    }

    private static IEnumerable<JsonNode> VariablesFor(Workload workload) =>
        ((string Name, string Value)[])
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{Collector}:{OtlpPort}"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", SampledShare),
            ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"),
        ] is var variables ? variables.Where(variable => !workload.Environment.ContainsKey(variable.Name)).Select(variable => (JsonNode)new JsonObject { ["name"] = variable.Name, ["value"] = variable.Value }) : [];

    private static JsonObject Deployment(string system, string name, string image, string[] arguments, (string Name, int Port)[] ports, string? configMap) => KubernetesObject.Of(
        "apps/v1", "Deployment", name, Labels(system, name),
        Spec(new JsonObject
        {
            ["replicas"] = 1,
            ["selector"] = PodSelector(name),
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = Labels(system, name) },
                ["spec"] = new JsonObject
                {
                    ["automountServiceAccountToken"] = false,
                    ["enableServiceLinks"] = false,
                    ["securityContext"] = new JsonObject
                    {
                        ["runAsNonRoot"] = true,
                        ["runAsUser"] = CollectorUser,
                        ["runAsGroup"] = CollectorUser,
                        ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
                    },
                    ["containers"] = List(new JsonObject
                    {
                        ["name"] = name,
                        ["image"] = image,
                        ["args"] = arguments.Length > 0 ? List(arguments.Select(argument => (JsonNode)argument)) : null,
                        ["ports"] = List(ports.Select(port => (JsonNode)new JsonObject { ["name"] = port.Name, ["containerPort"] = port.Port })),
                        ["resources"] = new JsonObject
                        {
                            ["requests"] = new JsonObject { ["cpu"] = "50m", ["memory"] = "128Mi" },
                            ["limits"] = new JsonObject { ["cpu"] = "1", ["memory"] = "512Mi" },
                        },
                        ["securityContext"] = new JsonObject
                        {
                            ["allowPrivilegeEscalation"] = false,
                            ["capabilities"] = new JsonObject { ["drop"] = List((JsonNode)"ALL") },
                            ["readOnlyRootFilesystem"] = true,
                        },
                        ["readinessProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = ports[0].Name } },
                        ["livenessProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = ports[0].Name } },
                        ["volumeMounts"] = configMap is null ? null : List(new JsonObject { ["name"] = "config", ["mountPath"] = "/etc/otelcol", ["readOnly"] = true }),
                    }),
                    ["volumes"] = configMap is null ? null : List(new JsonObject { ["name"] = "config", ["configMap"] = new JsonObject { ["name"] = configMap } }),
                },
            },
        }));

    private static JsonObject Service(string system, string name, (string Name, int Port)[] ports) => KubernetesObject.Of(
        "v1", "Service", name, Labels(system, name),
        Spec(new JsonObject
        {
            ["selector"] = Selector(name),
            ["ports"] = List(ports.Select(port => (JsonNode)new JsonObject { ["name"] = port.Name, ["port"] = port.Port, ["targetPort"] = port.Name })),
        }));

    private static JsonNode Policy(string system, string name, JsonArray from, string? to) => NetworkPolicies.Policy(name, system, name, new JsonObject
    {
        ["podSelector"] = PodSelector(name),
        ["policyTypes"] = List("Ingress", "Egress"),
        ["ingress"] = List(new JsonObject { ["from"] = from, ["ports"] = List(NetworkPolicies.Port("TCP", "otlp")) }),
        ["egress"] = to is null ? null : List(new JsonObject { ["to"] = List(NetworkPolicies.Pod(to)), ["ports"] = List(NetworkPolicies.Port("TCP", "otlp")) }),
    });
}
