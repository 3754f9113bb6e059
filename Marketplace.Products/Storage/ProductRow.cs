namespace Marketplace.Products.Storage;

/// <summary>A product as the table <c>products</c> holds it.</summary>
internal sealed class ProductRow
{
    public required string Id { get; init; }

    /// <summary>Counts the changes, from 1.</summary>
    public long Version { get; init; }

    /// <summary>When the marketplace was last asked (UTC).</summary>
    public DateTime FetchedAt { get; init; }

    /// <summary>When this version was stored (UTC).</summary>
    public DateTime PersistedAt { get; init; }

    /// <summary>The product's JSON without the fields above; <c>null</c> for a product that is gone from the marketplace, so that its version is not counted from 1 again when it comes back.</summary>
    public byte[]? Content { get; init; }
}
