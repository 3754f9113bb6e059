namespace Marketplace.Products.Storage;

/// <summary>What a search told of a product that is not stored whole.</summary>
internal sealed class SummaryRow
{
    public required string Id { get; init; }

    /// <summary>When the marketplace was asked (UTC).</summary>
    public DateTime FetchedAt { get; init; }

    /// <summary>The product's JSON, without a version.</summary>
    public required byte[] Content { get; init; }
}
