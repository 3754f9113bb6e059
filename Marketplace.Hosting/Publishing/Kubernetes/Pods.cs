using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>The pods of a workload, within the restricted Pod Security Standard.</summary>
internal static class Pods
{
    private const string SettingsChecksum = "settings-checksum";
    private const int FirstPortForAll = 1024;

    public static string SettingsOf(Workload workload) => $"{workload.Name}-settings";

    /// <summary>The template of a Deployment, StatefulSet or Job.</summary>
    /// <param name="system">The system's name.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="settings">What the ConfigMap has, so that a change of it starts new pods.</param>
    /// <param name="container">The container, from <see cref="Container"/>.</param>
    /// <param name="volumes">Volumes that are no claims.</param>
    /// <param name="before">A container that must end well before the other starts.</param>
    public static JsonObject Template(string system, Workload workload, IEnumerable<KeyValuePair<string, string>> settings, JsonObject container, IEnumerable<JsonNode> volumes, JsonObject? before = null)
    {
        var profile = Conventions.ProfileOf(workload);
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["labels"] = Labels(system, workload.Name),
                ["annotations"] = new JsonObject { [SettingsChecksum] = ChecksumOf(settings) },
            },
            ["spec"] = new JsonObject
            {
                ["automountServiceAccountToken"] = false,
                ["enableServiceLinks"] = false,
                ["terminationGracePeriodSeconds"] = Conventions.TerminationSeconds,
                ["securityContext"] = PodSecurity(workload, profile),
                ["topologySpreadConstraints"] = workload.Resource is TopicsJob ? null : List(Spread(workload, "topology.kubernetes.io/zone"), Spread(workload, "kubernetes.io/hostname")),
                ["restartPolicy"] = workload.Resource is TopicsJob ? "OnFailure" : null,
                ["initContainers"] = before is null ? null : List(before),
                ["containers"] = List(container),
                ["volumes"] = List(volumes),
            },
        };
    }

    /// <summary>The container of a workload.</summary>
    public static JsonObject Container(Workload workload, string name, PodEnvironment environment, bool hasSettings, IEnumerable<JsonNode> ownVariables, IReadOnlyList<JsonNode> mounts, bool serves)
    {
        var profile = Conventions.ProfileOf(workload);
        var ports = workload.Ports.Select(port => (JsonNode)new JsonObject { ["name"] = KubernetesNames.Of(port), ["containerPort"] = port.TargetPort, ["protocol"] = ProtocolOf(port) });
        return new JsonObject
        {
            ["name"] = name,
            ["image"] = workload.Image,
            ["imagePullPolicy"] = "IfNotPresent",
            ["command"] = workload.Entrypoint is { } entrypoint ? List((JsonNode)entrypoint) : null,
            ["args"] = List(environment.Arguments),
            ["ports"] = serves ? List(ports) : null,
            ["envFrom"] = hasSettings ? List(new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = SettingsOf(workload) } }) : null,
            ["env"] = List([.. environment.Entries, .. ownVariables]),
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = profile.CpuRequest, ["memory"] = profile.MemoryRequest },
                ["limits"] = new JsonObject { ["cpu"] = profile.Cpu, ["memory"] = profile.Memory },
            },
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = false,
                ["capabilities"] = new JsonObject { ["drop"] = List((JsonNode)"ALL") },
                ["readOnlyRootFilesystem"] = profile.WritableFolders is not null,
            },
            ["startupProbe"] = serves ? Probes.Startup(workload) : null,
            ["livenessProbe"] = serves ? Probes.Liveness(workload) : null,
            ["readinessProbe"] = serves ? Probes.Readiness(workload) : null,
            ["lifecycle"] = serves && workload.Ports.Count > 0 ? new JsonObject { ["preStop"] = new JsonObject { ["sleep"] = new JsonObject { ["seconds"] = Conventions.PreStopSeconds } } } : null,
            ["volumeMounts"] = List(mounts.Select(mount => mount.DeepClone())),
        };
    }

    public static string ProtocolOf(DeployedPort port) => port.Protocol == ProtocolType.Udp ? "UDP" : "TCP";

    private static JsonObject PodSecurity(Workload workload, Profile profile)
    {
        // Ports below 1024 without a capability; the restricted standard allows this setting.
        var sysctl = new JsonObject { ["name"] = "net.ipv4.ip_unprivileged_port_start", ["value"] = "0" };
        return new JsonObject
        {
            ["runAsNonRoot"] = true,
            ["runAsUser"] = profile.User,
            ["runAsGroup"] = profile.User,
            ["fsGroup"] = profile.User,
            ["fsGroupChangePolicy"] = profile.User is null ? null : "OnRootMismatch",
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            ["sysctls"] = workload.Ports.Any(port => port.TargetPort < FirstPortForAll) ? List(sysctl) : null,
        };
    }

    private static JsonObject Spread(Workload workload, string topology) => new()
    {
        ["maxSkew"] = 1,
        ["topologyKey"] = topology,
        ["whenUnsatisfiable"] = "ScheduleAnyway",
        ["labelSelector"] = PodSelector(workload.Name),
    };

    private static string ChecksumOf(IEnumerable<KeyValuePair<string, string>> settings) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', settings.Select(setting => $"{setting.Key}\0{setting.Value}")))))[..16];
}
