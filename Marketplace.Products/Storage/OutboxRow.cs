namespace Marketplace.Products.Storage;

/// <summary>An event that waits to be sent: one version of one product.</summary>
internal sealed class OutboxRow
{
    /// <summary>The order of the events of one product is that of these numbers.</summary>
    public long Sequence { get; init; }

    public required string ProductId { get; init; }

    public long Version { get; init; }

    public DateTime FetchedAt { get; init; }

    public DateTime PersistedAt { get; init; }

    public required byte[] Content { get; init; }

    /// <summary>The W3C trace context of the work that stored the product.</summary>
    public string? TraceParent { get; init; }
}
