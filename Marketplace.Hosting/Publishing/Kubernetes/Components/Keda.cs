using System.Globalization;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>
/// Scales consumers by what waits for them (KEDA's Kafka scaler). A topic with a dead-letter topic beside it is worked off by the service
/// that its first word names, in a consumer group of that name. KEDA asks Kafka from a namespace of its own: one in the cluster by its full
/// name, one elsewhere as the service does, with TLS and SASL.
/// </summary>
internal static class Keda
{
    private const string Inside = "components/keda";
    private const string Outside = "components/keda-sasl";
    private const string DeadLetter = ".dead-letter";

    public static void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var topics = services.Where(service => service.Workload.Resource is TopicsJob).SelectMany(service => TopicsOf(service.Workload)).ToDictionary();
        var consumers = services.Where(service => service.Files is { Kind: "Deployment", IsAutoscaled: false })
            .Select(service => new Consumer(
                service.Workload, service.Files, KafkaOf(service.Workload, system), ConnectionOf(service.Workload, system),
                [.. topics.Where(topic => topic.Key.Split('.')[0] == service.Workload.Name && topics.ContainsKey(topic.Key + DeadLetter)).OrderBy(topic => topic.Key, StringComparer.Ordinal)]))
            .Where(consumer => consumer is { Kafka: not null, Connection: not null, Topics.Length: > 0 }).ToArray();
        if (consumers.Length == 0)
        {
            return;
        }

        foreach (var consumer in consumers)
        {
            output.AddObjects($"{Inside}/{consumer.Workload.Name}.yaml", system.Name, ScaledObject(system, consumer, new JsonObject { ["bootstrapServers"] = AddressOf(consumer.Kafka!, system) }, null));
            output.AddObjects($"{Outside}/{consumer.Workload.Name}.yaml", system.Name,
            [
                ScaledObject(system, consumer, new JsonObject { ["bootstrapServersFromEnv"] = consumer.Connection, ["sasl"] = "scram_sha512", ["tls"] = "enable" }, new JsonObject { ["name"] = consumer.Workload.Name }),
                Authentication(system, consumer),
            ]);
        }

        var servers = consumers.Select(consumer => consumer.Kafka!).DistinctBy(kafka => kafka.Name).OrderBy(kafka => kafka.Name, StringComparer.Ordinal);
        output.AddObjects($"{Inside}/network.yaml", system.Name, servers.Select(kafka => NetworkPolicies.FromNamespace(
            system.Name, $"{kafka.Name}-lag", Conventions.KedaNamespace, PodSelector(kafka.Name), [NetworkPolicies.Port("TCP", KubernetesNames.Of(kafka.Ports[0]))])));
        AddKustomization(output, Inside, consumers, "network.yaml");
        AddKustomization(output, Outside, consumers);
    }

    private static void AddKustomization(OutputFolder output, string folder, Consumer[] consumers, params IEnumerable<string> more) =>
        output.Add($"{folder}/kustomization.yaml", Kustomization.Component(
            resources: [.. consumers.Select(consumer => $"{consumer.Workload.Name}.yaml"), .. more],
            new KeyValuePair<string, JsonNode?>("patches", List(consumers.Select(consumer => (JsonNode)new JsonObject
            {
                // The scaler decides; a number here would undo its decision each time the manifests are applied.
                ["target"] = new JsonObject { ["kind"] = "Deployment", ["name"] = consumer.Workload.Name },
                ["patch"] = "- op: remove\n  path: /spec/replicas\n",
            })))));

    private static JsonObject ScaledObject(DeployedSystem system, Consumer consumer, JsonObject access, JsonObject? authentication) => KubernetesObject.Of(
        "keda.sh/v1alpha1", "ScaledObject", consumer.Workload.Name, Labels(system.Name, consumer.Workload.Name),
        Spec(new JsonObject
        {
            ["scaleTargetRef"] = new JsonObject { ["apiVersion"] = consumer.Files.ApiVersion, ["kind"] = consumer.Files.Kind, ["name"] = consumer.Files.Name },
            ["minReplicaCount"] = Math.Max(consumer.Workload.Replicas, Conventions.AvailableReplicas),
            ["maxReplicaCount"] = consumer.Topics.Max(topic => topic.Value), // more have no partition
            ["triggers"] = List(consumer.Topics.Select(topic =>
            {
                var metadata = access.DeepClone().AsObject();
                metadata["consumerGroup"] = consumer.Workload.Name;
                metadata["topic"] = topic.Key;
                metadata["lagThreshold"] = Conventions.LagPerReplica.ToString(CultureInfo.InvariantCulture);
                metadata["offsetResetPolicy"] = "latest";
                return (JsonNode)new JsonObject { ["type"] = "kafka", ["metadata"] = metadata, ["authenticationRef"] = authentication?.DeepClone() };
            })),
        }));

    /// <summary>The service's own user and password, read from its variables, so that they are kept in one place.</summary>
    private static JsonObject Authentication(DeployedSystem system, Consumer consumer) => KubernetesObject.Of(
        "keda.sh/v1alpha1", "TriggerAuthentication", consumer.Workload.Name, Labels(system.Name, consumer.Workload.Name),
        Spec(new JsonObject
        {
            ["env"] = List(
                new JsonObject { ["parameter"] = "username", ["name"] = KafkaSecurity.UserVariable, ["containerName"] = consumer.Workload.Name },
                new JsonObject { ["parameter"] = "password", ["name"] = KafkaSecurity.PasswordVariable, ["containerName"] = consumer.Workload.Name }),
        }));

    private static Workload? KafkaOf(Workload workload, DeployedSystem system) => workload.Connections.Select(connection => system[connection.Workload]).FirstOrDefault(server => server.Resource is KafkaServerResource);

    private static string AddressOf(Workload kafka, DeployedSystem system) => string.Create(CultureInfo.InvariantCulture, $"{kafka.Name}.{system.Name}.svc:{kafka.Ports[0].Port}");

    private static string? ConnectionOf(Workload workload, DeployedSystem system) =>
        workload.Environment.Keys.FirstOrDefault(name => string.Equals(name, $"ConnectionStrings__{KafkaOf(workload, system)?.Name}", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<KeyValuePair<string, int>> TopicsOf(Workload job) =>
        job.Environment["TOPICS"].ToString().Split(',').Select(topic => topic.Split(':')).Where(parts => parts.Length == 2)
            .Select(parts => KeyValuePair.Create(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)));

    private sealed record Consumer(Workload Workload, WorkloadFiles Files, Workload? Kafka, string? Connection, KeyValuePair<string, int>[] Topics);
}
