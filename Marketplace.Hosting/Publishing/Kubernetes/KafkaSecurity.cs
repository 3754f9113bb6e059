using Aspire.Hosting;
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

    /// <summary>The system with its servers elsewhere, and what its workloads need for a Kafka there.</summary>
    /// <param name="outside">The system with its servers elsewhere.</param>
    /// <param name="inside">The same with its servers beside it, which knows who uses Kafka.</param>
    public static DeployedSystem AddTo(DeployedSystem outside, DeployedSystem inside)
    {
        var added = outside.Workloads.ToDictionary(workload => workload.Name, workload => VariablesFor(inside[workload.Name], inside).ToArray());
        var secrets = added.Values.SelectMany(variables => variables).SelectMany(variable => variable.Value.Secrets).Distinct()
            .Select(key => new DeployedSecret(key, ConfigurationKey: $"Parameters:{key}"));
        return outside with
        {
            Workloads = [.. outside.Workloads.Select(workload => workload with { Environment = new SortedDictionary<string, DeployedValue>(workload.Environment.Concat(added[workload.Name]).ToDictionary(), StringComparer.Ordinal) })],
            Secrets = [.. outside.Secrets.Concat(secrets).DistinctBy(secret => secret.Key).OrderBy(secret => secret.Key, StringComparer.Ordinal)],
        };
    }

    private static IEnumerable<KeyValuePair<string, DeployedValue>> VariablesFor(Workload workload, DeployedSystem system)
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

    private static bool UsesKafka(Workload workload, DeployedSystem system) =>
        workload.Connections.Any(connection => system[connection.Workload].Resource is KafkaServerResource);
}
