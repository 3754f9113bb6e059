using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Marketplace.Hosting.Publishing.Deployment;

/// <summary>
/// Apache Kafka in KRaft mode, one broker or several, by the variables of the <c>apache/kafka</c> image (each sets the broker setting of
/// its name). The model's own image runs a single broker on a developer's machine.
/// </summary>
internal static class KafkaCluster
{
    public const string Image = "docker.io/apache/kafka:4.1.0";
    public const int ControllerPort = 29093;

    /// <summary>The variable of the model that names the topics, as <c>name:partitions,…</c>.</summary>
    public const string TopicsVariable = "KAFKA_TOPICS";

    // A folder on the volume: a broker refuses one that has anything in it but its own, such as a fresh file system's lost+found.
    private const string DataFolder = "/var/lib/kafka/data/logs";

    // Those of the image in the model, which would contradict ours.
    private static readonly HashSet<string> Replaced = ["KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "KAFKA_LOG_DIRS", TopicsVariable];

    /// <summary>Creates what is missing; a topic that is there keeps its partitions.</summary>
    public const string TopicsScript =
        """
        printf '%s\n' "${CLIENT_PROPERTIES:-}" >/tmp/client.properties
        IFS=,
        for topic in $TOPICS; do
          /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config /tmp/client.properties \
            --create --if-not-exists --topic "${topic%:*}" --partitions "${topic##*:}" --replication-factor "$REPLICATION_FACTOR"
        done

        """;

    /// <summary>The settings of a broker, without those that differ from its peers'.</summary>
    /// <param name="kafka">The broker as the model has it.</param>
    /// <param name="advertised">How clients reach this broker.</param>
    /// <param name="peers">The host of each broker, in the order of their numbers.</param>
    public static SortedDictionary<string, DeployedValue> Variables(Workload kafka, string advertised, IReadOnlyList<string> peers)
    {
        var variables = new SortedDictionary<string, DeployedValue>(StringComparer.Ordinal);
        foreach (var (name, value) in kafka.Environment.Where(variable => !Replaced.Contains(variable.Key)))
        {
            variables[name] = value;
        }

        string NameOf(DeployedPort port) => port.Endpoint.ToUpperInvariant();
        var replicas = Math.Min(3, peers.Count);
        var minimum = Math.Max(1, replicas - 1);
        (string Name, string Value)[] settings =
        [
            ("CLUSTER_ID", ClusterIdOf(kafka.Name)),
            ("KAFKA_ADVERTISED_LISTENERS", string.Join(',', kafka.Ports.Select(port => Invariant($"{NameOf(port)}://{advertised}:{port.Port}")))),
            ("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
            ("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
            ("KAFKA_CONTROLLER_QUORUM_VOTERS", string.Join(',', peers.Index().Select(peer => Invariant($"{peer.Index}@{peer.Item}:{ControllerPort}")))),
            ("KAFKA_DEFAULT_REPLICATION_FACTOR", Invariant($"{replicas}")),
            ("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
            ("KAFKA_INTER_BROKER_LISTENER_NAME", NameOf(kafka.Ports[^1])),
            ("KAFKA_LISTENERS", string.Join(',', kafka.Ports.Select(port => Invariant($"{NameOf(port)}://:{port.TargetPort}")).Append(Invariant($"CONTROLLER://:{ControllerPort}")))),
            ("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", string.Join(',', kafka.Ports.Select(port => $"{NameOf(port)}:PLAINTEXT").Append("CONTROLLER:PLAINTEXT"))),
            ("KAFKA_LOG_DIRS", DataFolder),
            ("KAFKA_MIN_INSYNC_REPLICAS", Invariant($"{minimum}")),
            ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", Invariant($"{replicas}")),
            ("KAFKA_PROCESS_ROLES", "broker,controller"),
            ("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", Invariant($"{minimum}")),
            ("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", Invariant($"{replicas}")),
            ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", Invariant($"{minimum}")),
            ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", Invariant($"{replicas}")),
        ];
        foreach (var (name, value) in settings)
        {
            variables[name] = DeployedValue.Text(value);
        }

        return variables;
    }

    /// <summary>Sixteen bytes in base64 that stay the same for a name.</summary>
    private static string ClusterIdOf(string name) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).TrimEnd('=').Replace('+', 'A').Replace('/', 'B');

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Creates a broker's topics and ends.</summary>
internal sealed class TopicsJob(KafkaServerResource kafka) : Resource($"{kafka.Name}-topics");
