using System.Globalization;
using Confluent.Kafka;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.State;

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

    public Task<ProcessSpec> PrepareAsync(ServerContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        _ = KafkaTopics.Of(context); // a mistake in the list is reported here rather than by a process that ends
        var command = EngineCommand.For(
            EmbeddedBroker.Command,
            "--port", context.Port.ToString(CultureInfo.InvariantCulture),
            "--topics", context.Settings.GetValueOrDefault(KafkaTopics.Setting, ""));
        return Task.FromResult(new ProcessSpec(command[0], [.. command.Skip(1)]) { Name = context.Name });
    }
}
