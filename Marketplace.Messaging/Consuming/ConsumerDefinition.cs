namespace Marketplace.Messaging;

/// <param name="Topics">What to read.</param>
/// <param name="Group">Whose work is shared; <c>null</c> to hear everything.</param>
/// <param name="Options">How.</param>
internal sealed record ConsumerDefinition(IReadOnlyList<string> Topics, string? Group, ConsumerOptions Options)
{
    /// <summary>What the log calls it.</summary>
    public string Name { get; } = Group is null ? $"{Topics[0]} (broadcast)" : Topics[0];
}
