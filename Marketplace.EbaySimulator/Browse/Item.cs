namespace Marketplace.EbaySimulator.Browse;

/// <summary>An item as <c>getItem</c> answers it (developer.ebay.com, Browse API, type Item); the fields our products need and some more.</summary>
internal sealed record Item
{
    public required string ItemId { get; init; }

    public required string LegacyItemId { get; init; }

    public required string Title { get; init; }

    public required string ShortDescription { get; init; }

    /// <summary>Left out where a group keeps it beside its items.</summary>
    public required string? Description { get; init; }

    public required Amount Price { get; init; }

    public required string CategoryId { get; init; }

    public required string CategoryPath { get; init; }

    public required string CategoryIdPath { get; init; }

    public required string Condition { get; init; }

    public required string ConditionId { get; init; }

    public string? Brand { get; init; }

    public string? Color { get; init; }

    public required Image Image { get; init; }

    public IReadOnlyList<Image>? AdditionalImages { get; init; }

    public required ItemLocation ItemLocation { get; init; }

    public required SellerDetail Seller { get; init; }

    public required IReadOnlyList<EstimatedAvailability> EstimatedAvailabilities { get; init; }

    public required IReadOnlyList<TypedNameValue> LocalizedAspects { get; init; }

    public IReadOnlyList<string> BuyingOptions { get; init; } = ["FIXED_PRICE"];

    public required string ItemWebUrl { get; init; }

    public required string ItemCreationDate { get; init; }

    public required string ListingMarketplaceId { get; init; }

    public int LotSize { get; init; }

    public bool TopRatedBuyingExperience { get; init; }

    public bool AdultOnly { get; init; }

    public bool EligibleForInlineCheckout { get; init; } = true;

    public bool EnabledForGuestCheckout { get; init; } = true;
}

/// <summary>The answer of <c>get_items_by_item_group</c>.</summary>
internal sealed record ItemGroup(IReadOnlyList<Item> Items, IReadOnlyList<CommonDescription> CommonDescriptions);

internal sealed record CommonDescription(string Description, IReadOnlyList<string> ItemIds);

/// <summary>eBay writes amounts as strings.</summary>
internal sealed record Amount(string Value, string Currency);

internal sealed record Image(string ImageUrl);

internal sealed record ItemLocation(string City, string? StateOrProvince, string PostalCode, string Country);

internal sealed record SellerDetail(string Username, string FeedbackPercentage, int FeedbackScore);

internal sealed record EstimatedAvailability(
    IReadOnlyList<string> DeliveryOptions, string EstimatedAvailabilityStatus, int EstimatedAvailableQuantity, int EstimatedSoldQuantity);

internal sealed record TypedNameValue(string Type, string Name, string Value);
