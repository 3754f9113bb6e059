using System.Globalization;
using Confluent.Kafka;
using Marketplace.Hosting.Processes;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>The broker for machines without Apache Kafka: nothing to install, nothing kept.</summary>
internal sealed class EmbeddedKafkaServer : INativeServer
{
    /// <summary>It answers an empty fetch only after the whole wait a consumer allows, 500 ms by default, whatever arrives meanwhile: so that is kept short.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ClientVariables { get; } =
        [new("Aspire__Confluent__Kafka__Consumer__Config__FetchWaitMaxMs", "10")];

    public string Description { get; } =
        $"Embedded broker (librdkafka {Library.VersionString} mock cluster): in memory only, keeps the latest 5 MiB and 100,000 messages of a "
        + "partition, gone when it ends; no CreateTopics, ACLs or quotas; a classic consumer group takes its session time-out "
        + "for each change of members; set KAFKA_HOME for a real Apache Kafka";

    public string Command => DotNetHost.Path;

    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    public Task<IReadOnlyList<string>> PrepareAsync(ServerContext context, Action<string> report, CancellationToken cancellationToken)
    {
        var topics = string.Join(',', context.Topics.Select(topic => string.Create(CultureInfo.InvariantCulture, $"{topic.Name}:{topic.Partitions}")));
        Environment = new Dictionary<string, string> { [KafkaTopics.Setting] = topics };
        return Task.FromResult<IReadOnlyList<string>>(
            [typeof(EmbeddedBroker).Assembly.Location, EmbeddedBroker.Command, context.Port.ToString(CultureInfo.InvariantCulture)]);
    }
}
