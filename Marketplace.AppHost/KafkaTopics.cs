/// <summary>The topics of the model.</summary>
internal static class KafkaTopics
{
    private const string Setting = "KAFKA_TOPICS";
    private const int Partitions = 12;

    /// <summary>Adds topics to those that a broker started by the model has from the beginning, as <c>name:partitions,…</c>.</summary>
    public static IResourceBuilder<KafkaServerResource> WithTopics(this IResourceBuilder<KafkaServerResource> kafka, params string[] topics) => kafka.WithEnvironment(context =>
    {
        var added = string.Join(',', topics.Select(topic => $"{topic}:{Partitions}"));
        context.EnvironmentVariables[Setting] = context.EnvironmentVariables.TryGetValue(Setting, out var others) ? $"{others},{added}" : added;
    });
}
