namespace Marketplace.Dashboard.Kafka;

/// <summary>A cluster at one moment.</summary>
internal sealed record KafkaOverview(IReadOnlyList<string> Brokers, IReadOnlyList<KafkaTopic> Topics, IReadOnlyList<KafkaGroup> Groups);

internal sealed record KafkaTopic(string Name, IReadOnlyList<KafkaPartition> Partitions);

/// <summary>A partition; it holds the offsets from <paramref name="Low"/> up to, not including, <paramref name="High"/>.</summary>
internal sealed record KafkaPartition(int Id, long Low, long High, int Leader);

/// <summary>A consumer group and the topics it has committed offsets of.</summary>
internal sealed record KafkaGroup(string Name, IReadOnlyList<KafkaGroupTopic> Topics);

/// <summary>How far a group is in a topic, over all partitions: what it has not finished, and the sum of its offsets, whose growth is its pace.</summary>
internal sealed record KafkaGroupTopic(string Topic, long Lag, long Committed);

/// <summary>A message; texts that are no UTF-8 are Base64 with the prefix <c>base64:</c>, long ones are cut.</summary>
internal sealed record KafkaMessage(int Partition, long Offset, DateTime Time, string? Key, IReadOnlyList<KafkaHeader> Headers, string? Value, int Bytes);

internal sealed record KafkaHeader(string Key, string? Value);
