using Marketplace.Hosting.Publishing.Deployment;

namespace Marketplace.Hosting.Publishing.Kubernetes;

/// <summary>
/// TLS and SASL to a Kafka that runs elsewhere. Redis and Postgres have theirs in the connection string (<c>ssl=true</c>,
/// <c>SSL Mode=VerifyFull</c>); Kafka's is a list of brokers, so projects get settings of the client integration, and the topics Job a
/// file of client properties.
/// </summary>
internal static class KafkaSecurity
{
    private const string UserKey = "kafka-username";
    private const string PasswordKey = "kafka-password";
    private const string PropertiesKey = "kafka-client-properties";

    private const string Consumer = "Aspire__Confluent__Kafka__Consumer__Config";

    private static readonly string[] Sections = ["Aspire__Confluent__Kafka__Producer__Config", Consumer];

    /// <summary>The variables of a consumer that hold its user and password.</summary>
    public const string UserVariable = $"{Consumer}__SaslUsername", PasswordVariable = $"{Consumer}__SaslPassword";

    /// <summary>What production adds to a workload that uses Kafka.</summary>
    public static IEnumerable<KeyValuePair<string, DeployedValue>> VariablesFor(Workload workload, DeployedSystem system)
    {
        if (workload.Resource is TopicsJob)
        {
            yield return new("CLIENT_PROPERTIES", DeployedValue.OfSecret(PropertiesKey));
        }
        else if (workload.IsProject && UsesKafka(workload, system))
        {
            foreach (var section in Sections)
            {
                yield return new($"{section}__SaslMechanism", DeployedValue.Text("ScramSha512"));
                yield return new($"{section}__SaslPassword", DeployedValue.OfSecret(PasswordKey));
                yield return new($"{section}__SaslUsername", DeployedValue.OfSecret(UserKey));
                yield return new($"{section}__SecurityProtocol", DeployedValue.Text("SaslSsl"));
            }
        }
    }

    /// <summary>The secrets behind these variables.</summary>
    public static IEnumerable<DeployedSecret> SecretsFor(DeployedSystem system) =>
        system.Workloads.SelectMany(workload => VariablesFor(workload, system)).SelectMany(variable => variable.Value.Secrets).Distinct()
            .Select(key => new DeployedSecret(key, ConfigurationKey: $"Parameters:{key}"));

    private static bool UsesKafka(Workload workload, DeployedSystem system) =>
        workload.Connections.Any(connection => system[connection.Workload].Resource is KafkaServerResource);
}
