using System.Text.Json.Nodes;
using Aspire.Hosting;
using Marketplace.Hosting.Publishing.Deployment;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>Who may connect to whom: the arrows of the model, name resolution, and nothing else. Policies add up, so each says one thing.</summary>
internal static class NetworkPolicies
{
    private const string NamespaceName = "kubernetes.io/metadata.name";

    // What is private (RFC 1918, RFC 6598), link-local (cloud metadata) or the host itself is not the internet.
    private static readonly string[] NotInternet = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
    private static readonly string[] NotInternet6 = ["::1/128", "fc00::/7", "fe80::/10"];

    /// <summary>What a workload may do among the given ones, and on the internet.</summary>
    public static JsonNode Of(DeployedSystem system, Workload workload, IReadOnlyCollection<Workload> among)
    {
        var ingress = new List<JsonNode>();
        foreach (var client in among.Where(client => client.Name != workload.Name).OrderBy(client => client.Name, StringComparer.Ordinal))
        {
            if (Ports(UsedPorts(client, workload)) is { } used)
            {
                ingress.Add(new JsonObject { ["from"] = List(Pod(client.Name)), ["ports"] = used });
            }
        }

        if (workload.Ports.Where(port => port.IsExternal).ToArray() is { Length: > 0 } external)
        {
            var controllers = new JsonObject { ["namespaceSelector"] = Namespace(Conventions.IngressNamespace) };
            ingress.Add(new JsonObject { ["from"] = external.All(port => port.IsHttp) ? List(controllers) : null, ["ports"] = Ports(external) });
        }

        var egress = EgressTo(workload, among).ToList();
        if (workload.Resource is KafkaServerResource)
        {
            ingress.Add(new JsonObject { ["from"] = List(Pod(workload.Name)), ["ports"] = BrokerPorts(workload) });
            egress.Add(new JsonObject { ["to"] = List(Pod(workload.Name)), ["ports"] = BrokerPorts(workload) });
        }

        if (workload.InternetPorts.Count > 0)
        {
            egress.Add(new JsonObject { ["to"] = List(Block("0.0.0.0/0", NotInternet), Block("::/0", NotInternet6)), ["ports"] = List(workload.InternetPorts.Select(port => (JsonNode)Port("TCP", port))) });
        }

        return Policy(workload.Name, system.Name, workload.Name, new JsonObject
        {
            ["podSelector"] = PodSelector(workload.Name),
            ["policyTypes"] = List("Ingress", "Egress"),
            ["ingress"] = List(ingress),
            ["egress"] = List(egress),
        });
    }

    /// <summary>That a workload may connect to servers beside it; <see langword="null"/> when it uses none.</summary>
    public static JsonNode? ToServers(DeployedSystem system, Workload workload, IReadOnlyCollection<Workload> servers) =>
        ToServers(system, workload, List(EgressTo(workload, servers)));

    /// <summary>That a workload may connect to the ports of servers that run elsewhere, wherever that is.</summary>
    public static JsonNode? ToServersElsewhere(DeployedSystem system, Workload workload, IReadOnlyCollection<Workload> servers)
    {
        var ports = List(servers.SelectMany(server => UsedPorts(workload, server)).Select(port => (JsonNode)Port(Pods.ProtocolOf(port), port.Port)));
        return ports is null ? null : ToServers(system, workload, List(new JsonObject { ["ports"] = ports }));
    }

    /// <summary>That pods of another namespace may connect to ports of every pod that the labels select.</summary>
    public static JsonNode FromNamespace(string system, string name, string from, JsonObject podSelector, IEnumerable<JsonNode> ports) => Policy(name, system, null, new JsonObject
    {
        ["podSelector"] = podSelector,
        ["policyTypes"] = List((JsonNode)"Ingress"),
        ["ingress"] = List(new JsonObject { ["from"] = List(new JsonObject { ["namespaceSelector"] = Namespace(from) }), ["ports"] = List(ports) }),
    });

    /// <summary>A policy of any kind.</summary>
    public static JsonNode Policy(string name, string system, string? app, JsonObject spec) =>
        KubernetesObject.Of("networking.k8s.io/v1", "NetworkPolicy", name, app is null ? new JsonObject { [PartOfLabel] = system } : Labels(system, app), Spec(spec));

    public static JsonObject Pod(string app) => new() { ["podSelector"] = PodSelector(app) };

    public static JsonObject Port(string protocol, JsonNode port) => new() { ["protocol"] = protocol, ["port"] = port };

    private static JsonNode? ToServers(DeployedSystem system, Workload workload, JsonArray? egress) => egress is null ? null : Policy($"{workload.Name}-to-servers", system.Name, workload.Name, new JsonObject
    {
        ["podSelector"] = PodSelector(workload.Name),
        ["policyTypes"] = List((JsonNode)"Egress"),
        ["egress"] = egress,
    });

    private static IEnumerable<JsonNode> EgressTo(Workload workload, IReadOnlyCollection<Workload> among)
    {
        foreach (var server in among.Where(server => server.Name != workload.Name).OrderBy(server => server.Name, StringComparer.Ordinal))
        {
            if (Ports(UsedPorts(workload, server)) is { } used)
            {
                yield return new JsonObject { ["to"] = List(Pod(server.Name)), ["ports"] = used };
            }
        }
    }

    private static IEnumerable<DeployedPort> UsedPorts(Workload client, Workload server) =>
        client.Connections.Where(connection => connection.Workload == server.Name).Select(connection => server.Ports.First(port => port.Endpoint == connection.Endpoint));

    private static JsonArray? Ports(IEnumerable<DeployedPort> ports) => List(ports.Select(port => (JsonNode)Port(Pods.ProtocolOf(port), KubernetesNames.Of(port))));

    private static JsonArray? BrokerPorts(Workload kafka) => List([.. Ports(kafka.Ports)!.Select(port => port!.DeepClone()), Port("TCP", KafkaCluster.ControllerPort)]);

    private static JsonObject Namespace(string name) => new() { ["matchLabels"] = new JsonObject { [NamespaceName] = name } };

    private static JsonObject Block(string cidr, string[] except) =>
        new() { ["ipBlock"] = new JsonObject { ["cidr"] = cidr, ["except"] = List(except.Select(block => (JsonNode)block)) } };
}
