using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.Hosting.Publishing.Deployment;
using Marketplace.Hosting.Publishing.Output;
using static Marketplace.Hosting.Publishing.Kubernetes.KubernetesObject;

namespace Marketplace.Hosting.Publishing.Kubernetes.Components;

/// <summary>
/// Scales consumers by what waits for them (KEDA's Kafka scaler). A topic with a dead-letter topic beside it is worked off by the service
/// that its first word names, in a consumer group of that name.
/// </summary>
internal sealed class Keda : IComponent
{
    private const string Folder = "components/keda";
    private const string DeadLetter = ".dead-letter";

    public void AddTo(OutputFolder output, DeployedSystem system, IReadOnlyList<(Workload Workload, WorkloadFiles Files)> services)
    {
        var topics = services.Where(service => service.Workload.Resource is TopicsJob).SelectMany(service => TopicsOf(service.Workload)).ToDictionary();
        var files = new List<string>();
        foreach (var (workload, service) in services.Where(service => service.Files is { Kind: "Deployment", IsAutoscaled: false }))
        {
            var consumed = topics.Where(topic => topic.Key.Split('.')[0] == workload.Name && topics.ContainsKey(topic.Key + DeadLetter)).OrderBy(topic => topic.Key, StringComparer.Ordinal).ToArray();
            var connection = workload.Environment.Keys.FirstOrDefault(name => IsConnectionTo(name, workload, system));
            if (consumed.Length > 0 && connection is not null)
            {
                files.Add($"{workload.Name}.yaml");
                output.Add($"{Folder}/{files[^1]}", YamlWriter.Write(OutputFolder.Mark, ScaledObject(system, workload, service, consumed, connection)));
            }
        }

        if (files.Count == 0)
        {
            return;
        }

        output.Add($"{Folder}/kustomization.yaml", Kustomization.WriteComponent(resources: files, new KeyValuePair<string, JsonNode?>("patches", List(files.Select(file => (JsonNode)new JsonObject
        {
            // The scaler decides; a number here would undo its decision each time the manifests are applied.
            ["target"] = new JsonObject { ["kind"] = "Deployment", ["name"] = Path.GetFileNameWithoutExtension(file) },
            ["patch"] = "- op: remove\n  path: /spec/replicas\n",
        })))));
    }

    private static JsonObject ScaledObject(DeployedSystem system, Workload workload, WorkloadFiles service, KeyValuePair<string, int>[] topics, string connection) => KubernetesObject.Of(
        "keda.sh/v1alpha1", "ScaledObject", workload.Name, Labels(system.Name, workload.Name),
        Spec(new JsonObject
        {
            ["scaleTargetRef"] = new JsonObject { ["apiVersion"] = service.ApiVersion, ["kind"] = service.Kind, ["name"] = service.Name },
            ["minReplicaCount"] = Math.Max(workload.Replicas, Conventions.AvailableReplicas),
            ["maxReplicaCount"] = topics.Max(topic => topic.Value), // more have no partition
            ["triggers"] = List(topics.Select(topic => (JsonNode)new JsonObject
            {
                ["type"] = "kafka",
                ["metadata"] = new JsonObject
                {
                    ["bootstrapServersFromEnv"] = connection,
                    ["consumerGroup"] = workload.Name,
                    ["topic"] = topic.Key,
                    ["lagThreshold"] = Conventions.LagPerReplica.ToString(CultureInfo.InvariantCulture),
                    ["offsetResetPolicy"] = "latest",
                },
            })),
        }));

    private static bool IsConnectionTo(string variable, Workload workload, DeployedSystem system) =>
        variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        && workload.Connections.Any(connection => system[connection.Workload].Resource is KafkaServerResource && variable.EndsWith($"__{connection.Workload}", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<KeyValuePair<string, int>> TopicsOf(Workload job) =>
        job.Environment["TOPICS"].ToString().Split(',').Select(topic => topic.Split(':')).Where(parts => parts.Length == 2)
            .Select(parts => KeyValuePair.Create(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)));
}
