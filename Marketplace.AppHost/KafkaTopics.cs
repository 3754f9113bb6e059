/// <summary>The topics of the model.</summary>
internal static class KafkaTopics
{
    private const int Partitions = 12;

    /// <summary>The topics that a broker started by the model has from the beginning, as <c>name:partitions,…</c>.</summary>
    public static string For(IEnumerable<string> marketplaces) => string.Join(
        ',',
        marketplaces
            .SelectMany(marketplace => (string[])[$"{marketplace}.product.get", $"{marketplace}.product.get.dead-letter", $"{marketplace}.product.persisted"])
            .Prepend("gateway.replies")
            .Select(topic => $"{topic}:{Partitions}"));
}
