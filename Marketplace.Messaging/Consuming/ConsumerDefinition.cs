namespace Marketplace.Messaging;

/// <param name="Topics">The topics to read.</param>
/// <param name="Group">The consumer group; <c>null</c> for a broadcast.</param>
/// <param name="Options">Its options.</param>
internal sealed record ConsumerDefinition(IReadOnlyList<string> Topics, string? Group, ConsumerOptions Options)
{
    /// <summary>Its name in the log.</summary>
    public string Name { get; } = Group is null ? $"{Topics[0]} (broadcast)" : Topics[0];
}
