using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Hosting.Servers.Kafka;

/// <summary>A topic that the model asks for.</summary>
internal sealed record KafkaTopic(string Name, int Partitions);

/// <summary>The model's list of topics, <c>name:partitions,name:partitions</c>.</summary>
internal static partial class KafkaTopics
{
    /// <summary>The setting that carries the list.</summary>
    public const string Setting = "KAFKA_TOPICS";

    private const string DefaultPartitions = "12";

    /// <exception cref="ServerSetupException">Entries that are no topics: all of them are named.</exception>
    public static IReadOnlyList<KafkaTopic> Parse(string list)
    {
        var entries = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text => (Text: text, Match: Entry.Match(text))).ToArray();
        var mistakes = entries.Where(entry => !entry.Match.Success || entries.First(other => other.Match.Groups[1].Value == entry.Match.Groups[1].Value) != entry).Select(entry => $"'{entry.Text}'").ToArray();
        return mistakes.Length == 0
            ? [.. entries.Select(entry => new KafkaTopic(entry.Match.Groups[1].Value, int.Parse(entry.Match.Groups[2] is { Success: true, Value: var number } ? number : DefaultPartitions, CultureInfo.InvariantCulture)))]
            : throw new ServerSetupException(
                $"{Setting} is not a list of 'name:partitions': {string.Join(", ", mistakes)}. A name is 1 to 249 letters, digits, '.', '_' or '-', and given once; the number of partitions is 1 to 99999.");
    }

    /// <summary>A name within Kafka's own limits (org.apache.kafka.common.internals.Topic), and a number.</summary>
    [GeneratedRegex(@"\A((?!\.{1,2}(?::|\z))[A-Za-z0-9._-]{1,249})(?:\s*:\s*([1-9][0-9]{0,4}))?\z")]
    private static partial Regex Entry { get; }
}
