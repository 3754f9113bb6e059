using System.Globalization;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>A topic that the model asks for.</summary>
internal sealed record KafkaTopic(string Name, int Partitions);

/// <summary>The model's list of topics, <c>name:partitions,name:partitions</c>.</summary>
internal static class KafkaTopics
{
    /// <summary>The setting that carries the list.</summary>
    public const string Setting = "KAFKA_TOPICS";

    private const int DefaultPartitions = 12;

    // Kafka's own limits: org.apache.kafka.common.internals.Topic.
    private const int LongestName = 249;

    /// <exception cref="ServerSetupException">Entries that are no topics: all of them are named.</exception>
    public static IReadOnlyList<KafkaTopic> Parse(string list)
    {
        var topics = new List<KafkaTopic>();
        var errors = new List<string>();
        foreach (var entry in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? entry : entry[..colon].TrimEnd();
            var partitions = DefaultPartitions;
            if (name.Length is 0 or > LongestName || name is "." or ".." || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            {
                errors.Add($"'{entry}': a topic's name is 1 to {LongestName} letters, digits, '.', '_' or '-'");
            }
            else if (colon >= 0 && (!int.TryParse(entry[(colon + 1)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out partitions) || partitions < 1))
            {
                errors.Add($"'{entry}': the number of partitions after ':' is 1 or more");
            }
            else if (topics.Exists(topic => topic.Name == name))
            {
                errors.Add($"'{entry}': named twice");
            }
            else
            {
                topics.Add(new KafkaTopic(name, partitions));
            }
        }

        return errors.Count == 0 ? topics : throw new ServerSetupException($"{Setting} is not a list of 'name:partitions': {string.Join("; ", errors)}.");
    }
}
