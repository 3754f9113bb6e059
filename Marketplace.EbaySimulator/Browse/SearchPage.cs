namespace Marketplace.EbaySimulator.Browse;

/// <summary>A page of <c>item_summary/search</c> (developer.ebay.com, Browse API, type SearchPagedCollection).</summary>
internal sealed record SearchPage
{
    public required string Href { get; init; }

    public required int Total { get; init; }

    public string? Next { get; init; }

    public string? Prev { get; init; }

    public required int Limit { get; init; }

    public required int Offset { get; init; }

    /// <summary>Left out when nothing was found, as eBay does.</summary>
    public IReadOnlyList<ItemSummary>? ItemSummaries { get; init; }

    /// <summary>Parts of the filter that were ignored.</summary>
    public IReadOnlyList<EbayError>? Warnings { get; init; }
}

internal sealed record ItemSummary
{
    public required string ItemId { get; init; }

    public required string LegacyItemId { get; init; }

    public required string Title { get; init; }

    public required Amount Price { get; init; }

    public required IReadOnlyList<Category> Categories { get; init; }

    public required IReadOnlyList<string> LeafCategoryIds { get; init; }

    public required string Condition { get; init; }

    public required string ConditionId { get; init; }

    public required Image Image { get; init; }

    public required IReadOnlyList<Image> ThumbnailImages { get; init; }

    public IReadOnlyList<Image>? AdditionalImages { get; init; }

    public required SellerDetail Seller { get; init; }

    public required ItemLocation ItemLocation { get; init; }

    public required string ItemHref { get; init; }

    public required string ItemWebUrl { get; init; }

    public required IReadOnlyList<string> BuyingOptions { get; init; }

    public required string ListingMarketplaceId { get; init; }
}

internal sealed record Category(string CategoryId, string CategoryName);
