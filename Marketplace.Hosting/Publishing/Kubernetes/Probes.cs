using System.Net.Sockets;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Marketplace.Hosting.Publishing.Deployment;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>How Kubernetes asks whether a workload has started, lives and is ready: by the model's readiness probe (WithHttpProbe), else by its first port.</summary>
internal static class Probes
{
    /// <summary>Two minutes to start in, asked often so that a quick start is soon seen; for a server ten, in which it repairs its data after a crash.</summary>
    public static JsonObject? Startup(Workload workload) => Of(Alive(workload), periodSeconds: 1, failureThreshold: workload.IsServer ? 600 : 120, timeoutSeconds: 3);

    /// <summary>Half a minute without a sign of life is enough to start it anew.</summary>
    public static JsonObject? Liveness(Workload workload) => Of(Alive(workload), periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5);

    /// <summary>Asked often, so that a pod gets requests soon and loses them soon.</summary>
    public static JsonObject? Readiness(Workload workload) => Of(Ready(workload), periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 5);

    /// <summary>A service lives while it answers at all: one that waits for a server it needs must not be started anew for that.</summary>
    private static JsonObject? Alive(Workload workload) =>
        workload is { IsProject: true, ReadinessProbe: { } probe } ? Http(workload, probe, Conventions.AlivePath) : Ready(workload);

    private static JsonObject? Ready(Workload workload) => workload switch
    {
        { ReadinessProbe: { } probe } => Http(workload, probe, probe.Path),
        { Resource: PostgresServerResource } => Command("pg_isready", "--host", "127.0.0.1"),
        { Resource: RedisResource { PasswordParameter: not null } } => Command("/bin/sh", "-c", "REDISCLI_AUTH=\"$REDIS_PASSWORD\" redis-cli ping | grep -q PONG"),
        { Resource: RedisResource } => Command("/bin/sh", "-c", "redis-cli ping | grep -q PONG"),
        _ when workload.Ports.FirstOrDefault(port => port.Protocol == ProtocolType.Tcp) is { } port => new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = KubernetesNames.Of(port) } },
        _ => null,
    };

    private static JsonObject Http(Workload workload, EndpointProbeAnnotation probe, string path)
    {
        var port = workload.PortOf(probe.EndpointReference);
        return new JsonObject
        {
            ["httpGet"] = new JsonObject { ["path"] = path, ["port"] = KubernetesNames.Of(port), ["scheme"] = port.Scheme == "https" ? "HTTPS" : null },
        };
    }

    private static JsonObject Command(params string[] command) =>
        new() { ["exec"] = new JsonObject { ["command"] = List(command.Select(word => (JsonNode)word)) } };

    private static JsonObject? Of(JsonObject? probe, int periodSeconds, int failureThreshold, int timeoutSeconds)
    {
        if (probe is not null)
        {
            probe["periodSeconds"] = periodSeconds;
            probe["failureThreshold"] = failureThreshold;
            probe["timeoutSeconds"] = timeoutSeconds;
        }

        return probe;
    }
}
