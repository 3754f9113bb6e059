/// <summary>What operators can do with the messages a service could not handle.</summary>
internal static class DeadLetters
{
    /// <summary>The service offers these paths to whoever has its management key, and to everybody in development.</summary>
    public static IResourceBuilder<ProjectResource> WithDeadLetterCommands(this IResourceBuilder<ProjectResource> service) => service
        .WithHttpCommand("/dead-letters/replay", "Replay dead letters", endpointName: "http", commandName: "replay-dead-letters", commandOptions: new HttpCommandOptions
        {
            Description = "Puts every message that was set aside back on the topic it came from",
            IconName = "ArrowRepeatAll",
        })
        .WithHttpCommand("/dead-letters/purge", "Purge dead letters", endpointName: "http", commandName: "purge-dead-letters", commandOptions: new HttpCommandOptions
        {
            Description = "Gives up every message that was set aside",
            ConfirmationMessage = "Delete every message that was set aside?",
            IconName = "Delete",
        });
}
